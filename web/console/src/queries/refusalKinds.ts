import type { Schemas } from '@busbar/client';

export type RefusalKind = Schemas['RefusalKind'];

/** In the order in which a visit can go wrong. */
export const refusalKinds = [
  'tls_on_plain_port',
  'plain_on_tls_port',
  'tls_untrusted',
  'tls_version',
  'tls_client_certificate',
  'tls_failed',
  'not_websocket',
  'wrong_path',
  'no_protocol',
  'unknown_protocol',
  'unknown_station',
  'blocked',
  'no_credentials',
  'bad_credentials',
  'other_name',
  'wrong_password',
  'other_certificate',
  'crowded',
  'not_ready',
] as const satisfies readonly RefusalKind[];
