import { type Schemas, take } from '@busbar/client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../app/server';

const LIST = ['report-schedules'] as const;
/** After “send now” the outcome is looked for this often, for so long. */
const LOOK_MILLIS = 2_000;
const path = (scheduleId: string) => ({ path: { schedule_id: scheduleId } });

function isOnItsWay({ last_letters: letters, last_sent: sent, last_failed: failed }: Schemas['ReportSchedule']) {
  return sent + failed < letters;
}

export function useReportSchedules() {
  return useQuery({
    queryKey: LIST,
    queryFn: () => take(api.GET('/api/v1/report-schedules')),
    refetchInterval: ({ state: { data } }) => (data?.items.some(isOnItsWay) ? LOOK_MILLIS : false),
  });
}

function useScheduleDeed<Given, Answer>(mutationFn: (given: Given) => Promise<Answer>) {
  const client = useQueryClient();
  return useMutation({ mutationFn, onSuccess: () => client.invalidateQueries({ queryKey: LIST }) });
}

/** Adds a schedule, or changes one. */
export const useSaveSchedule = () =>
  useScheduleDeed(({ scheduleId, body }: { scheduleId?: string | undefined; body: Schemas['ReportScheduleBody'] }) =>
    scheduleId === undefined
      ? take(api.POST('/api/v1/report-schedules', { body }))
      : take(api.PUT('/api/v1/report-schedules/{schedule_id}', { params: path(scheduleId), body })),
  );

export const useRemoveSchedule = () =>
  useScheduleDeed((scheduleId: string) =>
    take(api.DELETE('/api/v1/report-schedules/{schedule_id}', { params: path(scheduleId) })),
  );

export const useSendReport = () =>
  useScheduleDeed((scheduleId: string) =>
    take(api.POST('/api/v1/report-schedules/{schedule_id}/send', { params: path(scheduleId) })),
  );
