import { Mark, useFormat } from '@busbar/kit';
import { useTranslation } from 'react-i18next';
import { MissingGateways } from '../../parts/MissingGateways';
import { type Refusal, useStationRefusals } from '../../queries/refusals';

/** A cause in plain words, and what to change; what was sent stands beside it. */
function Cause({ refusal }: { refusal: Refusal }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { kind, name, path, offered, address, count, detail, last_at: lastAt } = refusal;
  return (
    <li data-testid={`refusal-${kind}`}>
      <Mark tone="bad" shape="cross">
        {t(`refusal.cause.${kind}`)}
      </Mark>
      <p>{t(`refusal.change.${kind}`)}</p>
      <p className="bc-soft">
        {t('refusal.seen', {
          count,
          shown: format.number(count),
          at: format.instant(lastAt, 'timeSeconds'),
          address,
        })}
        {name === null && `. ${t('refusal.nameless')}`}
      </p>
      {(path || offered || detail) && (
        <p className="bc-code bc-soft bc-cut">{[path, offered, detail].filter(Boolean).join(' · ')}</p>
      )}
    </li>
  );
}

interface StationRefusalsProps {
  stationId: string;
  /** Also visits that told no name: of a station that has never come, they may be its own. */
  withNameless: boolean;
}

/** What a station did wrong at the door, as it happens. */
export function StationRefusals({ stationId, withNameless }: StationRefusalsProps) {
  const { t } = useTranslation();
  const { data } = useStationRefusals(stationId, withNameless);
  return (
    <div aria-live="polite" data-testid="station-refusals">
      <MissingGateways names={data?.missing_gateways} />
      {data && data.items.length > 0 && (
        <>
          <h3>{t('refusal.title')}</h3>
          <ul className="bc-causes">
            {data.items.map((refusal) => (
              <Cause
                key={[refusal.kind, refusal.name, refusal.path, refusal.address, refusal.gateway_id].join(' ')}
                refusal={refusal}
              />
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
