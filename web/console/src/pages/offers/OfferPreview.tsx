import type { Schemas } from '@busbar/client';
import { Empty, Loading, Mark, useFormat } from '@busbar/kit';
import { Alert, InputNumber, Select } from 'antd';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Panel } from '../../parts/Panel';
import { useProblemText } from '../../parts/useProblemText';
import { useAllOffers, useOfferPreview } from '../../queries/offers';
import { useTariffOptions } from '../../queries/tariffs';
import { PriceLines } from '../tariffs/PriceLines';
import { hasAmounts, type OfferValues, stateOf, toTerms } from './offerValues';

const WATTS = 1_000;
const SECONDS = 60;

/** What each offer does, in the order in which they are taken off, and why another one does nothing. */
function Effects({ preview, name }: { preview: Schemas['OfferPreview']; name: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { before, after, effects } = preview;
  return (
    <ol className="bc-effects" data-testid="offer-effects">
      {effects.map((effect) => (
        <li key={effect.offer_id}>
          <Mark tone={effect.refusal ? 'idle' : 'good'} shape={effect.refusal ? 'slash' : 'check'}>
            {effect.name || name || t('offer.thisOne')}
          </Mark>
          <span className="bc-soft">{effect.refusal ? t(`offer.refusal.${effect.refusal}`) : t('offer.holds')}</span>
          <b className="bc-number">{effect.refusal ? '' : format.money(-effect.amount, after.currency)}</b>
        </li>
      ))}
      <li>
        <span>{t('offer.saved')}</span>
        <span className="bc-soft">{t('offer.before', { amount: format.money(before.gross, before.currency) })}</span>
        <b className="bc-number">{format.money(after.gross - before.gross, after.currency)}</b>
      </li>
    </ol>
  );
}

/** The receipt that a driver would get with the offer, while it is being written: by the functions that price sessions. */
export function OfferPreview({ values, offerId }: { values: OfferValues; offerId: string | undefined }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const tariffs = useTariffOptions();
  const { data: offers } = useAllOffers();
  const [picked, setPicked] = useState<{ currency: string; tariffId: string }>();
  const [energyKwh, setEnergy] = useState(30);
  const [minutes, setMinutes] = useState(45);
  const [others, setOthers] = useState<string[]>([]);
  const fitting = tariffs.find(({ currency }) => currency === values.currency) ?? tariffs[0];
  const chosen = picked?.currency === values.currency ? picked.tariffId : fitting?.value;
  const body = useDeferredValue(
    chosen === undefined
      ? null
      : {
          tariff_id: chosen,
          name: values.name || t('offer.thisOne'),
          terms: toTerms(values),
          currency: hasAmounts(values) ? values.currency : null,
          with_offers: others,
          energy_wh: energyKwh * WATTS,
          duration_s: minutes * SECONDS,
        },
  );
  const { data, error } = useOfferPreview(body);
  if (tariffs.length === 0)
    return (
      <Panel title={t('offer.receipt')}>
        <Empty title={t('tariff.none')}>{t('offer.needsTariff')}</Empty>
      </Panel>
    );
  const now = Date.now();
  const running = (offers ?? []).filter((each) => each.offer_id !== offerId && stateOf(each, now) === 'running');
  return (
    <div className="bc-stack">
      <Panel title={t('offer.receipt')} testId="offer-preview">
        <div className="bc-offer-example">
          <Select
            value={chosen}
            onChange={(id: string) => setPicked({ currency: values.currency, tariffId: id })}
            options={tariffs}
            aria-label={t('nav.tariffs')}
            data-testid="offer-preview-tariff"
          />
          <InputNumber<number>
            min={1}
            max={1_000}
            value={energyKwh}
            onChange={(given) => setEnergy(given ?? 1)}
            suffix="kWh"
            aria-label={t('session.energy')}
          />
          <InputNumber<number>
            min={1}
            max={2_880}
            value={minutes}
            onChange={(given) => setMinutes(given ?? 1)}
            suffix="min"
            aria-label={t('session.duration')}
          />
        </div>
        {error && <Alert type="warning" showIcon title={problemText(error)} data-testid="offer-problem" />}
        {!data && !error && <Loading rows={5} />}
        {data && <PriceLines {...data.after} testId="offer-receipt" />}
      </Panel>
      <Panel title={t('offer.stacking')}>
        <p className="bc-soft bc-offer-how">{t('offer.stackingText')}</p>
        {running.length > 0 && (
          <Select
            mode="multiple"
            allowClear
            style={{ width: '100%', marginBottom: 12 }}
            placeholder={t('offer.withOthers')}
            aria-label={t('offer.withOthers')}
            optionFilterProp="label"
            value={others}
            onChange={setOthers}
            options={running.map(({ offer_id: value, name: label }) => ({ value, label }))}
          />
        )}
        {data && <Effects preview={data} name={values.name} />}
      </Panel>
    </div>
  );
}
