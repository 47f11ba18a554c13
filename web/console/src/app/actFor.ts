import { session } from './server';

/** Begins anew as staff of another operator (null: one's own): nothing that was read for the one before stays. */
export function actFor(operatorId: string | null): void {
  session.actFor(operatorId);
  window.location.assign('/');
}
