import { useFormat } from '@busbar/kit';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../parts/Icon';
import { walletQuery } from '../../queries/money';
import { hasWallet } from '../wallet/entries';

/** The way to one's own money, with what can be spent; nothing where the operator keeps none. */
export function WalletRow() {
  const { t } = useTranslation();
  const format = useFormat();
  const { data, isError } = useQuery(walletQuery);
  if (data ? !hasWallet(data) : !isError) return null;
  return (
    <Link to="/wallet" className="bd-row" data-testid="to-wallet">
      <Icon name="wallet" />
      <span>{t('wallet.name')}</span>
      {data && <b className="bd-wallet-sum">{format.money(data.balance, data.currency)}</b>}
      <Icon name="forward" size={20} />
    </Link>
  );
}
