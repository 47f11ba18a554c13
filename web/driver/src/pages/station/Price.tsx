import type { Schemas } from '@busbar/client';
import { currentLanguage, Loading, useFormat, useSessionState } from '@busbar/kit';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { session } from '../../app/server';
import { Icon } from '../../parts/Icon';
import { PriceLines } from '../../parts/PriceLines';
import { Sheet } from '../../parts/Sheet';
import { quoteQuery } from '../../queries/money';
import { headOf } from './price';
import { WeekPicture } from './WeekPicture';

type Quote = Schemas['Quote'];
/** Prices change on the half-hour: ask often enough to tell the present one. */
const ASK_AGAIN_MILLIS = 120_000;

function useHead(quote: Quote): string {
  const { t } = useTranslation();
  const format = useFormat();
  const head = headOf(quote);
  const { now, currency, example } = quote;
  if (head === 'free') return t('price.free');
  if (head === 'example') return format.money(example.gross, currency);
  const perHour =
    now.time !== null && Number(now.time) !== 0 && t('price.perHour', { price: format.price(now.time, currency) });
  const perKwh = head === 'energy' && t('price.perKwh', { price: format.price(now.total, currency) });
  return [perKwh, perHour].filter(Boolean).join(' + ');
}

function useExample({ example }: Quote) {
  const { t } = useTranslation();
  const format = useFormat();
  const facts = { energy: format.energy(example.energy_wh), time: format.duration(example.duration_s) };
  return {
    brief: t('price.example', { ...facts, amount: format.money(example.gross, example.currency) }),
    title: t('price.exampleTitle', facts),
  };
}

function PriceSheet({ quote, isOpen, onClose }: { quote: Quote; isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const head = useHead(quote);
  const { title } = useExample(quote);
  return (
    <Sheet isOpen={isOpen} onClose={onClose} title={t('price.title')} testId="price-sheet">
      <p className="bd-price-head">
        {head}
        {quote.now.period && <small>{t(`price.period.${quote.now.period}`)}</small>}
      </p>
      {quote.now.changes_within && <p className="bd-note">{t('price.changes')}</p>}
      <WeekPicture quote={quote} />
      <ul className="bd-price-words" data-verbatim data-testid="price-words">
        {quote.sentences[currentLanguage()].map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      <h3>{title}</h3>
      <PriceLines price={quote.example} zone={quote.time_zone} testId="price-example" />
    </Sheet>
  );
}

/** What a charge costs that begins now, in short, beside the button that starts it. */
export function Price({ stationId, evseId }: { stationId: string; evseId: number | null }) {
  const { t } = useTranslation();
  const { credentials } = useSessionState(session);
  const { data, isPending, isError, refetch } = useQuery({
    ...quoteQuery(stationId, evseId, credentials !== null),
    refetchInterval: ASK_AGAIN_MILLIS,
  });
  if (data) return <PriceBar quote={data} />;
  if (isPending)
    return (
      <div className="bd-price-bar" data-testid="price-waiting">
        <Loading rows={1} />
      </div>
    );
  if (!isError)
    return (
      <p className="bd-price-bar" data-testid="price-free">
        <strong>{t('price.free')}</strong>
      </p>
    );
  return (
    <p className="bd-price-bar bd-price-failed" role="alert" data-testid="price-failed">
      {t('price.failed')}
      <button type="button" className="bd-link" onClick={() => void refetch()}>
        {t('action.retry')}
      </button>
    </p>
  );
}

function PriceBar({ quote }: { quote: Quote }) {
  const head = useHead(quote);
  const { brief } = useExample(quote);
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button type="button" className="bd-price-bar" data-testid="price" onClick={() => setOpen(true)}>
        <span>
          <strong>{head}</strong>
          {headOf(quote) !== 'free' && <small>{brief}</small>}
        </span>
        <Icon name="forward" size={20} />
      </button>
      <PriceSheet quote={quote} isOpen={isOpen} onClose={() => setOpen(false)} />
    </>
  );
}
