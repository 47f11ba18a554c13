import type { Schemas } from '@busbar/client';
import { useTranslation } from 'react-i18next';

const PROVIDER = 'provider:';
const PAYMENT = 'payment:';
/** How much of a payment's number tells it from others. */
const NUMBER_CHARS = 8;
const named = ['stripe', 'alipay', 'wechatpay', 'demo'] as const;

/** Whose an account is: a person or company by name, a provider as people call it. */
export function useOwnerName(): (account: Pick<Schemas['Account'], 'kind' | 'owner' | 'owner_name'>) => string {
  const { t } = useTranslation();
  return ({ kind, owner, owner_name: ownerName }) => {
    const provider = named.find((name) => owner === PROVIDER + name);
    if (provider) return provider === 'demo' ? t('money.demoProvider') : t(`payment.providers.${provider}`);
    if (owner === `${PROVIDER}bank`) return t('money.bank');
    if (ownerName) return ownerName;
    if (owner === 'guests') return t('money.guest');
    if (owner.startsWith(PAYMENT)) return t('money.ofPayment', { number: owner.slice(-NUMBER_CHARS) });
    return owner || t(`money.kinds.${kind}`);
  };
}
