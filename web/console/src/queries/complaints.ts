import { type Schemas, take } from '@busbar/client';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../app/server';
import type { Part } from './parts';

export type Complaint = Schemas['Complaint'];

interface ComplaintSearch {
  show?: 'all' | 'over';
  after?: string;
}

const filterOf = ({ show }: ComplaintSearch) => (show === 'all' ? {} : { is_over: show === 'over' });

export function readComplaints(search: ComplaintSearch, part: Part) {
  return take(api.GET('/api/v1/complaints', { params: { query: { ...filterOf(search), ...part } } }));
}

export function useComplaints(search: ComplaintSearch) {
  const { after } = search;
  const query = { with_total: true, ...filterOf(search), ...(after && { cursor: after }) };
  return useQuery({
    queryKey: ['complaints', query],
    queryFn: () => take(api.GET('/api/v1/complaints', { params: { query } })),
    placeholderData: keepPreviousData,
  });
}

export function useComplaint(complaintId: string | undefined) {
  return useQuery({
    queryKey: ['complaints', 'one', complaintId],
    enabled: complaintId !== undefined,
    queryFn: () =>
      take(api.GET('/api/v1/complaints/{complaint_id}', { params: { path: { complaint_id: complaintId ?? '' } } })),
  });
}

export function useAnswerComplaint(complaintId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas['ComplaintAnswerBody']) =>
      take(
        api.POST('/api/v1/complaints/{complaint_id}/answer', { params: { path: { complaint_id: complaintId } }, body }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: ['complaints'] }),
  });
}

/** A picture of a complaint, as this person may see it; the address holds until the page is left. */
export function useComplaintPhoto(complaintId: string, photoId: string) {
  return useQuery({
    queryKey: ['complaint-photo', complaintId, photoId],
    queryFn: async () =>
      URL.createObjectURL(
        await take(
          api.GET('/api/v1/complaints/{complaint_id}/photos/{photo_id}', {
            params: { path: { complaint_id: complaintId, photo_id: photoId } },
            parseAs: 'blob',
          }),
        ),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
