import { type Schemas, take } from '@busbar/client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../app/server';
import { anew, type Kept } from './back';

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

/** One schedule, wherever in the list it stands. */
export function useReportSchedule(scheduleId: string | undefined) {
  return useQuery({
    queryKey: [...LIST, scheduleId],
    enabled: scheduleId !== undefined,
    ...anew,
    queryFn: () => take(api.GET('/api/v1/report-schedules/{schedule_id}', { params: path(scheduleId ?? '') })),
  });
}

function useScheduleDeed<Given, Answer>(mutationFn: (given: Given) => Promise<Answer>) {
  const client = useQueryClient();
  return useMutation({ mutationFn, onSuccess: () => client.invalidateQueries({ queryKey: LIST }) });
}

const scheduleNames = [
  'name',
  'group_by',
  'site_id',
  'tariff_id',
  'customer_group',
  'electricity_price',
  'rhythm',
  'weekday',
  'day',
  'hour',
  'formats',
  'recipients',
  'language',
  'is_active',
] as const satisfies (keyof Schemas['ReportScheduleBody'])[];

const putSchedule = (scheduleId: string, body: Schemas['ReportScheduleBody']) =>
  take(api.PUT('/api/v1/report-schedules/{schedule_id}', { params: path(scheduleId), body }));

/** What is entered of a schedule. */
export const keptSchedule: Kept<Schemas['ReportSchedule'], (typeof scheduleNames)[number]> = {
  names: scheduleNames,
  keys: [LIST],
  read: ({ schedule_id: id }) => take(api.GET('/api/v1/report-schedules/{schedule_id}', { params: path(id) })),
  write: ({ schedule_id: id }, body) => putSchedule(id, body),
  make: (_, body) => take(api.POST('/api/v1/report-schedules', { body })),
};

/** Adds a schedule, or changes one. */
export const useSaveSchedule = () =>
  useScheduleDeed(({ scheduleId, body }: { scheduleId?: string | undefined; body: Schemas['ReportScheduleBody'] }) =>
    scheduleId === undefined ? take(api.POST('/api/v1/report-schedules', { body })) : putSchedule(scheduleId, body),
  );

export const useRemoveSchedule = () =>
  useScheduleDeed((scheduleId: string) =>
    take(api.DELETE('/api/v1/report-schedules/{schedule_id}', { params: path(scheduleId) })),
  );

export const useSendReport = () =>
  useScheduleDeed((scheduleId: string) =>
    take(api.POST('/api/v1/report-schedules/{schedule_id}/send', { params: path(scheduleId) })),
  );
