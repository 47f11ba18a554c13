import type { Schemas } from '@busbar/client';

/** The operator keeps money for drivers, or kept some of this one's. */
export function hasWallet({ mode, account_id: accountId }: Schemas['Wallet']): boolean {
  return mode !== 'none' || accountId !== null;
}

/** The name of a movement: what comes back from a hold is no hold. */
export function nameOf({ kind, amount }: Schemas['WalletEntry']): Schemas['TransferKind'] | 'released' {
  return kind === 'hold' && amount > 0 ? 'released' : kind;
}
