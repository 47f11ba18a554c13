import type { Schemas } from '@busbar/client';
import { Empty, Loading, Mark, type Shape, type Tone } from '@busbar/kit';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import Button from 'antd-mobile/es/components/button';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormSheet } from '../../parts/FormSheet';
import { tellNotice } from '../../parts/notices';
import { PageHead } from '../../parts/PageHead';
import { PageProblem } from '../../parts/PageProblem';
import { useProblemText } from '../../parts/useProblemText';
import { cardsQuery, freezeCard, reportCardLost } from '../../queries/companion';
import './cards.css';

type Card = Schemas['OwnToken'];

const LAST_SHOWN = 4;

const looks: Record<Exclude<Card['status'], 'active'>, { tone: Tone; shape: Shape }> = {
  frozen: { tone: 'info', shape: 'clock' },
  lost: { tone: 'bad', shape: 'cross' },
  blocked: { tone: 'bad', shape: 'slash' },
  replaced: { tone: 'idle', shape: 'check' },
};

function CardState({ card: { status, replaced_by: replacedBy } }: { card: Card }) {
  const { t } = useTranslation();
  if (status === 'active') return null;
  const { tone, shape } = looks[status];
  const told =
    status === 'replaced'
      ? t('card.replacedText', { card: `…${(replacedBy ?? '').slice(-LAST_SHOWN)}` })
      : t(`card.stateText.${status}`);
  return (
    <>
      <Mark tone={tone} shape={shape} pill>
        {t(`card.state.${status}`)}
      </Mark>
      <p className="bd-card-told">{told}</p>
    </>
  );
}

function CardRow({ card, onLost }: { card: Card; onLost: () => void }) {
  const { t } = useTranslation();
  const tellProblem = useProblemText();
  const client = useQueryClient();
  const { value, label, status } = card;
  const isFrozen = status === 'frozen';
  const freeze = useMutation({
    mutationFn: () => freezeCard(value, !isFrozen),
    onError: (failure) => tellNotice(tellProblem(failure)),
    onSettled: () => client.invalidateQueries({ queryKey: cardsQuery.queryKey }),
  });
  return (
    <li className="bd-row bd-own-card" data-testid="card" data-status={status}>
      <span>
        <strong>{label || t('card.unnamed')}</strong>
        <small data-verbatim>…{value.slice(-LAST_SHOWN)}</small>
      </span>
      <CardState card={card} />
      {(status === 'active' || isFrozen) && (
        <div className="bd-card-deeds">
          <Button size="small" data-testid="card-freeze" disabled={freeze.isPending} onClick={() => freeze.mutate()}>
            {isFrozen ? t('card.unfreeze') : t('card.freeze')}
          </Button>
          <Button size="small" fill="outline" color="danger" data-testid="card-lost" onClick={onLost}>
            {t('card.lost')}
          </Button>
        </div>
      )}
    </li>
  );
}

function LostSheet({ card, onClose }: { card: Card; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const report = useMutation({
    mutationFn: () => reportCardLost(card.value),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: cardsQuery.queryKey });
      onClose();
    },
  });
  return (
    <FormSheet
      isOpen
      onClose={onClose}
      title={t('card.lostAsk', { card: card.label || t('card.unnamed') })}
      action={t('card.lost')}
      mutation={report}
      isDangerous
      testId="card-lost-sheet"
    >
      <p>{t('card.lostText')}</p>
    </FormSheet>
  );
}

/** The driver's cards: frozen for a while, or reported lost; either is refused at once. */
export function CardsPage() {
  const { t } = useTranslation();
  const [lost, setLost] = useState<Card | null>(null);
  const { data, error, isError, refetch } = useQuery(cardsQuery);
  const cards = data?.items.filter(({ kind }) => kind !== 'app');
  return (
    <>
      <PageHead title={t('card.title')} />
      <main className="bd-page" data-testid="cards">
        {!cards && (isError ? <PageProblem error={error} onRetry={() => void refetch()} /> : <Loading rows={5} />)}
        {cards?.length === 0 && <Empty title={t('card.none')}>{t('card.noneText')}</Empty>}
        {cards && cards.length > 0 && (
          <ul className="bd-card bd-rows">
            {cards.map((card) => (
              <CardRow key={card.value} card={card} onLost={() => setLost(card)} />
            ))}
          </ul>
        )}
      </main>
      {lost && <LostSheet card={lost} onClose={() => setLost(null)} />}
    </>
  );
}
