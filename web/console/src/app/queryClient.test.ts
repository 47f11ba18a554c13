import { MutationObserver, QueryObserver } from '@tanstack/react-query';
import { expect, it, vi } from 'vitest';
import { makeQueryClient } from './queryClient';

it('reads anew after a deed what was asked for before it and has not come', async () => {
  const client = makeQueryClient();
  let comeLate = (_list: string) => {};
  const late = new Promise<string>((resolve) => {
    comeLate = resolve;
  });
  const read = vi.fn().mockReturnValueOnce(late).mockResolvedValue('with the deed');
  const list = new QueryObserver<string>(client, { queryKey: ['list'], queryFn: read });
  const leave = list.subscribe(() => undefined);
  const deed = new MutationObserver(client, {
    mutationFn: async () => 'done',
    onSuccess: () => client.invalidateQueries({ queryKey: ['list'] }),
  });
  await deed.mutate();
  comeLate('without the deed');
  await vi.waitFor(() => expect(list.getCurrentResult().data).toBe('with the deed'));
  await Promise.resolve();
  expect(list.getCurrentResult().data).toBe('with the deed');
  expect(read).toHaveBeenCalledTimes(2);
  leave();
});
