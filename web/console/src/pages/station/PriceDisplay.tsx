import type { Schemas } from '@busbar/client';
import { useFormat } from '@busbar/kit';
import { Link } from '@tanstack/react-router';
import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { Facts } from '../../parts/Facts';
import { Panel } from '../../parts/Panel';
import { useDisplay } from '../../queries/stations';

type Outcome = Schemas['Outcome'];

/** What became of the last message, in the station's own word where it has one. */
function Answer({ outcome, status }: { outcome: Outcome | null; status: string | null }) {
  const { t } = useTranslation();
  if (outcome === null) return <Tag>{t('display.waiting')}</Tag>;
  const isShown = outcome === 'accepted';
  return <Tag color={isShown ? 'success' : 'warning'}>{isShown ? t('display.shown') : (status ?? outcome)}</Tag>;
}

/** The price last sent to the station's own display, and what the station said to it. */
export function PriceDisplay({ stationId }: { stationId: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data } = useDisplay(stationId);
  if (!data?.known_at) return null;
  const { parts, cost, cost_currency: currency, cost_session_id: sessionId } = data;
  return (
    <Panel title={t('display.title')} testId="price-display">
      {data.price_text && <p className="bc-first">{data.price_text}</p>}
      {parts.length === 0 && <p className="bc-soft bc-first">{t('display.nothing')}</p>}
      <Facts
        lines={[
          data.price_sent_at !== null && {
            label: t('display.price'),
            value: (
              <>
                {format.instant(data.price_sent_at, 'dayTime')}{' '}
                <Answer outcome={data.price_outcome} status={data.price_status} />
              </>
            ),
          },
          cost !== null &&
            currency !== null &&
            data.cost_sent_at !== null && {
              label: t('display.cost'),
              value: (
                <>
                  {sessionId ? (
                    <Link to="/sessions/$sessionId" params={{ sessionId }}>
                      {format.money(cost, currency)}
                    </Link>
                  ) : (
                    format.money(cost, currency)
                  )}{' '}
                  · {format.instant(data.cost_sent_at, 'dayTime')}{' '}
                  <Answer outcome={data.cost_outcome} status={data.cost_status} />
                </>
              ),
            },
          parts.length > 0 && {
            label: t('display.can'),
            value: parts.map((part) => t(`display.part.${part}`)).join(' · '),
          },
        ]}
      />
    </Panel>
  );
}
