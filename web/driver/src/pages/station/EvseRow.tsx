import type { Schemas } from '@busbar/client';
import { StateMark, useFormat } from '@busbar/kit';
import { useTranslation } from 'react-i18next';
import { ConnectorIcon } from '../../parts/ConnectorIcon';
import { formatRated } from '../../parts/rated';
import { labelOf, statusOf } from './advice';

type Evse = Schemas['DriverEvse'];

const lines: Partial<Record<ReturnType<typeof statusOf>, string>> = {
  charging: 'flowing',
  suspended_ev: 'closed',
  suspended_evse: 'closed',
  faulted: 'broken',
  unavailable: 'broken',
  offline: 'broken',
};

/** The feeder from the copper bar to one EVSE: open, closed, with power in it, or broken. */
function Branch({ line }: { line: string }) {
  return (
    <svg className="bd-branch" data-line={line} viewBox="0 0 44 24" aria-hidden="true">
      <path className="bd-branch-line" d={line === 'open' ? 'M0 12h13' : line === 'broken' ? 'M0 12h11' : 'M0 12h40'} />
      {line === 'flowing' && <path className="bd-branch-flow" d="M0 12h40" />}
      {line === 'open' && (
        <>
          <path className="bd-branch-line" d="M31 12 16 4M31 12h9" />
          <circle cx="14" cy="12" r="2.4" />
          <circle cx="31" cy="12" r="2.4" />
        </>
      )}
      {line === 'broken' && (
        <>
          <path className="bd-branch-cut" d="m15 17 5-10m4 10 5-10" />
          <path className="bd-branch-dead" d="M33 12h7" />
        </>
      )}
    </svg>
  );
}

interface EvseRowProps {
  evse: Evse;
  isChosen: boolean;
  onChoose: () => void;
}

/** One EVSE with what it is really doing; a press chooses it. */
export function EvseRow({ evse, isChosen, onChoose }: EvseRowProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const status = statusOf(evse);
  return (
    <label className="bd-evse" data-testid={`evse-${evse.evse_id}`} data-status={status}>
      <input type="radio" name="evse" className="bb-visually-hidden" checked={isChosen} onChange={onChoose} />
      <Branch line={lines[status] ?? 'open'} />
      <span className="bd-evse-card">
        <span className="bd-evse-label">{labelOf(evse)}</span>
        <span className="bd-evse-kinds">
          {evse.connectors.map((connector) => (
            <span key={connector.connector_id} className="bd-kind">
              <ConnectorIcon kind={connector.kind} size={30} />
              <span>
                {t(`connector.${connector.kind}`)}
                <small>
                  {formatRated(format, connector.max_power_w)} · {t(`powerKind.${connector.power_kind}`)}
                </small>
              </span>
            </span>
          ))}
        </span>
        <StateMark kind="connector" state={status} pill />
      </span>
    </label>
  );
}
