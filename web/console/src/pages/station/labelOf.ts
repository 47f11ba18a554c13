import type { Schemas } from '@busbar/client';

/** What an EVSE is called by those who stand before it: what is painted on it, else its number. */
export function labelOf(evse: Schemas['Evse']): string {
  return evse.connectors.find(({ label }) => label)?.label ?? String(evse.evse_id);
}
