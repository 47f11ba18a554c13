import { Loading } from '@busbar/kit';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { PageHead } from '../../parts/PageHead';
import { PageProblem } from '../../parts/PageProblem';
import { payOptionsQuery } from '../../queries/paying';
import { Payments } from './Payments';
import { SavedCards } from './SavedCards';
import { TopUp } from './TopUp';
import './wallet.css';

/** Money for one's wallet, the cards that pay afterwards, and what was paid so far. */
export function TopUpPage() {
  const { t } = useTranslation();
  const options = useQuery(payOptionsQuery());
  const keepsCards = options.data?.items.some(({ can_hold: canHold }) => canHold) ?? false;
  return (
    <>
      <PageHead title={t('wallet.title')} />
      <main className="bd-page" data-testid="top-up">
        {options.error && <PageProblem error={options.error} onRetry={() => void options.refetch()} />}
        {options.isPending && <Loading rows={5} />}
        {options.data &&
          (options.data.items.length === 0 ? (
            <p className="bd-note">{t('guest.none')}</p>
          ) : (
            <TopUp options={options.data} />
          ))}
        <SavedCards currency={keepsCards ? options.data?.currency : undefined} />
        <Payments />
      </main>
    </>
  );
}
