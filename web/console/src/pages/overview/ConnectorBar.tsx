import type { Schemas } from '@busbar/client';
import { Mark, type Shape, type Tone, useFormat } from '@busbar/kit';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Panel } from '../../parts/Panel';

interface Part {
  name: 'charging' | 'available' | 'other' | 'faulted';
  tone: Tone;
  shape: Shape;
  count: number;
}

function partsOf(counts: Schemas['StationCounts']): Part[] {
  const {
    connectors,
    connectors_charging: charging,
    connectors_available: available,
    connectors_faulted: faulted,
  } = counts;
  return [
    { name: 'charging', tone: 'flow', shape: 'bolt', count: charging },
    { name: 'available', tone: 'good', shape: 'ring', count: available },
    { name: 'other', tone: 'idle', shape: 'half', count: Math.max(0, connectors - charging - available - faulted) },
    { name: 'faulted', tone: 'bad', shape: 'triangle', count: faulted },
  ];
}

/** All connectors as one bar, divided by what they do. */
export function ConnectorBar({ counts }: { counts: Schemas['StationCounts'] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const parts = partsOf(counts);
  return (
    <Panel testId="overview-connectors">
      <div className="bc-connector-bar" aria-hidden="true">
        {parts
          .filter(({ count }) => count > 0)
          .map(({ name, tone, count }) => (
            <i key={name} data-tone={tone} style={{ flexGrow: count }} />
          ))}
      </div>
      <ul className="bc-connector-words">
        {parts.map(({ name, tone, shape, count }) => (
          <li key={name} data-testid={`overview-connectors-${name}`}>
            <Mark tone={tone} shape={shape} flowing={name === 'charging' && count > 0}>
              <b>{format.number(count)}</b> {t(`overview.connectors.${name}`)}
            </Mark>
          </li>
        ))}
        <li className="bc-connector-offline">
          <Link to="/stations" search={{ state: 'offline' }}>
            <Mark tone="idle" shape="broken">
              <b>{format.number(counts.stations - counts.stations_online)}</b> {t('overview.stationsOffline')}
            </Mark>
          </Link>
        </li>
      </ul>
    </Panel>
  );
}
