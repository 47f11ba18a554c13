import type { Schemas } from '@busbar/client';
import { Glyph, lookOf } from '@busbar/kit';
import { Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';
import './stations.css';

/** Each connector as its shape, in the order of the station's front. */
export function ConnectorStrip({ station }: { station: Schemas['Station'] }) {
  const { t } = useTranslation(['app', 'kit']);
  const all = station.evses.flatMap((evse) => evse.connectors.map((connector) => ({ evse, connector })));
  return (
    <span className="bc-strip">
      {all.map(({ evse, connector }) => {
        const state = station.is_online ? connector.status : 'offline';
        const label = `${connector.label ?? evse.evse_id}: ${t(`kit:mark.connector.${state}`)}`;
        return (
          <Tooltip key={`${evse.evse_id}.${connector.connector_id}`} title={label}>
            <span className="bb-mark" data-tone={lookOf('connector', state).tone}>
              <Glyph shape={lookOf('connector', state).shape} label={label} />
            </span>
          </Tooltip>
        );
      })}
    </span>
  );
}
