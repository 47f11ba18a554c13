import type { Schemas } from '@busbar/client';
import { Loading } from '@busbar/kit';
import { Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { Failure } from '../../parts/Failure';
import { useQr } from '../../queries/stations';
import { labelOf } from './labelOf';

function Label({ stationId, evseId, caption }: { stationId: string; evseId: number | null; caption: string }) {
  const { data, error } = useQr(stationId, evseId);
  if (error) return <Failure error={error} />;
  if (!data) return <Loading rows={2} />;
  return (
    <figure className="bc-label">
      <img src={`data:image/svg+xml;utf8,${encodeURIComponent(data)}`} alt={caption} width={168} height={168} />
      <figcaption>{caption}</figcaption>
    </figure>
  );
}

/** The codes to put on a station: each opens the driver's application at its EVSE. */
export function QrLabels({
  station,
  isOpen,
  onClose,
}: {
  station: Schemas['Station'];
  isOpen: boolean;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const { station_id: stationId, evses } = station;
  return (
    <Modal
      open={isOpen}
      onCancel={onClose}
      onOk={() => window.print()}
      okText={t('station.printLabels')}
      cancelText={t('action.close')}
      title={t('station.labels')}
      width={680}
      destroyOnHidden
    >
      <div className="bc-labels">
        {evses.length === 0 && <Label stationId={stationId} evseId={null} caption={stationId} />}
        {evses.map((evse) => (
          <Label
            key={evse.evse_id}
            stationId={stationId}
            evseId={evse.evse_id}
            caption={`${stationId} · ${labelOf(evse)}`}
          />
        ))}
      </div>
    </Modal>
  );
}
