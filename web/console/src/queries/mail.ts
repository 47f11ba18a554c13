import { type Schemas, take } from '@busbar/client';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../app/server';
import type { Part } from './parts';

/** While a letter is on its way its list looks again this often. */
const LOOK_MILLIS = 2_000;

export interface LetterSearch {
  q?: string;
  state?: Schemas['LetterState'];
  after?: string;
}

/** Whether mail is sent at all. */
export function useMailState() {
  return useQuery({ queryKey: ['mail'], queryFn: () => take(api.GET('/api/v1/mail')), staleTime: 60_000 });
}

export function readLetters({ q, state }: LetterSearch, part: Part) {
  const query = { ...(q && { q }), ...(state && { state }), ...part };
  return take(api.GET('/api/v1/mail/letters', { params: { query } }));
}

export function useLetters({ q, state, after }: LetterSearch) {
  const query = { with_total: true, ...(q && { q }), ...(state && { state }), ...(after && { cursor: after }) };
  return useQuery({
    queryKey: ['letters', query],
    queryFn: () => take(api.GET('/api/v1/mail/letters', { params: { query } })),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state: { data } }) =>
      data?.items.some((letter) => letter.state === 'waiting') ? LOOK_MILLIS : false,
  });
}

function useLetterDeed<Given, Answer>(mutationFn: (given: Given) => Promise<Answer>) {
  const client = useQueryClient();
  return useMutation({ mutationFn, onSuccess: () => client.invalidateQueries({ queryKey: ['letters'] }) });
}

export const useSendTrial = () =>
  useLetterDeed((body: Schemas['TrialBody']) => take(api.POST('/api/v1/mail/trial', { body })));

export const useSendLetterAgain = () =>
  useLetterDeed((letterId: string) =>
    take(api.POST('/api/v1/mail/letters/{letter_id}/send', { params: { path: { letter_id: letterId } } })),
  );
