import { Empty, Loading, Mark } from '@busbar/kit';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import Button from 'antd-mobile/es/components/button';
import { useTranslation } from 'react-i18next';
import { tellNotice } from '../../parts/notices';
import { PageHead } from '../../parts/PageHead';
import { PageProblem } from '../../parts/PageProblem';
import { useProblemText } from '../../parts/useProblemText';
import { blockCard, cardsQuery } from '../../queries/companion';
import '../vehicles/vehicles.css';

/** The driver's cards; one that was lost is blocked here at once. */
export function CardsPage() {
  const { t } = useTranslation();
  const tellProblem = useProblemText();
  const client = useQueryClient();
  const { data, error, isError, refetch } = useQuery(cardsQuery);
  const block = useMutation({
    mutationFn: ({ value, isBlocked }: { value: string; isBlocked: boolean }) => blockCard(value, isBlocked),
    onError: (failure) => tellNotice(tellProblem(failure)),
    onSettled: () => client.invalidateQueries({ queryKey: cardsQuery.queryKey }),
  });
  const cards = data?.items.filter(({ kind }) => kind !== 'app');
  return (
    <>
      <PageHead title={t('card.title')} />
      <main className="bd-page" data-testid="cards">
        {!cards && (isError ? <PageProblem error={error} onRetry={() => void refetch()} /> : <Loading rows={5} />)}
        {cards?.length === 0 && <Empty title={t('card.none')}>{t('card.noneText')}</Empty>}
        {cards && cards.length > 0 && (
          <ul className="bd-card bd-rows">
            {cards.map(({ value, label, status }) => (
              <li key={value} className="bd-row bd-vehicle" data-testid="card" data-status={status}>
                <span>
                  <strong>{label || t('card.unnamed')}</strong>
                  <small data-verbatim>…{value.slice(-4)}</small>
                </span>
                {status === 'blocked' && (
                  <Mark tone="bad" shape="slash" pill>
                    {t('card.blocked')}
                  </Mark>
                )}
                <Button
                  size="small"
                  data-testid="card-block"
                  disabled={block.isPending}
                  onClick={() => block.mutate({ value, isBlocked: status !== 'blocked' })}
                >
                  {status === 'blocked' ? t('card.unblock') : t('card.block')}
                </Button>
              </li>
            ))}
          </ul>
        )}
      </main>
    </>
  );
}
