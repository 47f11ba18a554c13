import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query';
import { act, cleanup, renderHook, waitFor } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { anew } from '../queries/back';
import { useReadAnew } from './useUnopened';

let client: QueryClient;
let answers: (() => Promise<string>)[];

const answer = (text: string) => answers.push(async () => text);
const fail = () =>
  answers.push(async () => {
    throw new Error('gone');
  });

function useThing(asked: string | undefined) {
  const reading = useQuery({
    queryKey: ['thing', asked],
    enabled: asked !== undefined,
    ...anew,
    retry: false,
    queryFn: () => (answers.shift() as () => Promise<string>)(),
  });
  return { thing: useReadAnew(asked, reading), isError: reading.isError, isFetching: reading.isFetching };
}

/** What a form of the thing would begin with, with `Old` in memory since a moment ago. */
function show(asked?: string) {
  client.setQueryData(['thing', 'a'], 'Old');
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={client}>{children}</QueryClientProvider>
  );
  return renderHook(({ asked }: { asked: string | undefined }) => useThing(asked), {
    wrapper,
    initialProps: { asked },
  });
}

beforeEach(() => {
  client = new QueryClient({ defaultOptions: { queries: { staleTime: 10_000 } } });
  answers = [];
});
afterEach(cleanup);

it('gives nothing of what memory holds before it has been read', async () => {
  answer('New');
  const { result } = show('a');
  expect(result.current.thing).toBeUndefined();
  await waitFor(() => expect(result.current.thing).toBe('New'));
});

it('gives nothing where it cannot be read', async () => {
  fail();
  const { result } = show('a');
  await waitFor(() => expect(result.current.isError).toBe(true));
  expect(result.current.thing).toBeUndefined();
});

it('keeps what was read when it cannot be read again', async () => {
  answer('New');
  fail();
  const { result } = show('a');
  await waitFor(() => expect(result.current.thing).toBe('New'));
  await act(() => client.refetchQueries({ queryKey: ['thing'] }));
  await waitFor(() => expect(result.current.isError).toBe(true));
  expect(result.current.thing).toBe('New');
});

it('reads again for whoever asks again', async () => {
  answer('New');
  answer('Newer');
  const { result, rerender } = show('a');
  await waitFor(() => expect(result.current.thing).toBe('New'));
  rerender({ asked: undefined });
  expect(result.current.thing).toBeUndefined();
  rerender({ asked: 'a' });
  expect(result.current.thing).toBeUndefined();
  await waitFor(() => expect(result.current.thing).toBe('Newer'));
});
