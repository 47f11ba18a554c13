import { type Schemas, take } from '@busbar/client';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../app/server';
import type { Kept } from './back';

/** While something is on its way its page looks again this often. */
const LOOK_MILLIS = 1_500;
const path = (webhookId: string) => ({ path: { webhook_id: webhookId } });

export function useWebhooks({ after }: { after?: string }) {
  const query = { with_total: true, ...(after && { cursor: after }) };
  return useQuery({
    queryKey: ['webhooks', query],
    queryFn: () => take(api.GET('/api/v1/webhooks', { params: { query } })),
    placeholderData: keepPreviousData,
  });
}

export function useWebhook(webhookId: string | undefined) {
  return useQuery({
    queryKey: ['webhook', webhookId],
    enabled: webhookId !== undefined,
    queryFn: () => take(api.GET('/api/v1/webhooks/{webhook_id}', { params: path(webhookId ?? '') })),
    refetchInterval: ({ state }) => (state.data?.waiting ? LOOK_MILLIS : false),
  });
}

export function useWebhookEvents() {
  return useQuery({
    queryKey: ['webhook-events'],
    queryFn: () => take(api.GET('/api/v1/webhook-events')),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export interface DeliverySearch {
  state?: Schemas['DeliveryState'];
  after?: string;
}

export function useDeliveries(webhookId: string, { state, after }: DeliverySearch) {
  const query = { ...(state && { state }), ...(after && { cursor: after }) };
  return useQuery({
    queryKey: ['webhook-deliveries', webhookId, query],
    queryFn: () => take(api.GET('/api/v1/webhooks/{webhook_id}/deliveries', { params: { ...path(webhookId), query } })),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state: { data } }) =>
      data?.items.some((delivery) => delivery.state === 'waiting') ? LOOK_MILLIS : false,
  });
}

export function useDelivery(webhookId: string, deliveryId: string | undefined) {
  return useQuery({
    queryKey: ['webhook-delivery', webhookId, deliveryId],
    enabled: deliveryId !== undefined,
    queryFn: () =>
      take(
        api.GET('/api/v1/webhooks/{webhook_id}/deliveries/{delivery_id}', {
          params: { path: { webhook_id: webhookId, delivery_id: deliveryId ?? '' } },
        }),
      ),
    refetchInterval: ({ state: { data } }) => (data?.state === 'waiting' ? LOOK_MILLIS : false),
  });
}

/** Read everything about webhooks again: a deed changes their list, their state and what they were told. */
function useChanges<Given, Answer>(mutationFn: (given: Given) => Promise<Answer>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn,
    onSuccess: () =>
      client.invalidateQueries({
        predicate: ({ queryKey: [first] }) => typeof first === 'string' && first.startsWith('webhook'),
      }),
  });
}

type Webhook = Schemas['Webhook'];

const webhookBase = {
  keys: [['webhooks'], ['webhook'], ['webhook-deliveries']],
  read: ({ webhook_id: id }: Webhook) => take(api.GET('/api/v1/webhooks/{webhook_id}', { params: path(id) })),
  write: ({ webhook_id: id }: Webhook, body: Schemas['WebhookPatch']) =>
    take(api.PATCH('/api/v1/webhooks/{webhook_id}', { params: path(id), body })),
};

/** What is entered of a webhook. Its secret is shown once, so that a deleted one does not come back. */
export const keptWebhook: Kept<Webhook, 'name' | 'url' | 'events'> = {
  ...webhookBase,
  names: ['name', 'url', 'events'],
};

/** Whether a webhook is told anything. */
export const keptWebhookSwitch: Kept<Webhook, 'is_active'> = { ...webhookBase, names: ['is_active'] };

export const useCreateWebhook = () =>
  useChanges((body: Schemas['WebhookBody']) => take(api.POST('/api/v1/webhooks', { body })));

export const useUpdateWebhook = (webhookId: string) =>
  useChanges((body: Schemas['WebhookPatch']) =>
    take(api.PATCH('/api/v1/webhooks/{webhook_id}', { params: path(webhookId), body })),
  );

export const useRemoveWebhook = (webhookId: string) =>
  useChanges((_: undefined) => take(api.DELETE('/api/v1/webhooks/{webhook_id}', { params: path(webhookId) })));

export const useRotateSecret = (webhookId: string) =>
  useChanges((_: undefined) =>
    take(api.POST('/api/v1/webhooks/{webhook_id}/rotate-secret', { params: path(webhookId) })),
  );

export const useTestWebhook = (webhookId: string) =>
  useChanges((_: undefined) => take(api.POST('/api/v1/webhooks/{webhook_id}/test', { params: path(webhookId) })));

export const useReplay = (webhookId: string) =>
  useChanges((body: Schemas['WebhookReplay']) =>
    take(api.POST('/api/v1/webhooks/{webhook_id}/replay', { params: path(webhookId), body })),
  );

export const useReplayDelivery = (webhookId: string) =>
  useChanges((deliveryId: string) =>
    take(
      api.POST('/api/v1/webhooks/{webhook_id}/deliveries/{delivery_id}/replay', {
        params: { path: { webhook_id: webhookId, delivery_id: deliveryId } },
      }),
    ),
  );
