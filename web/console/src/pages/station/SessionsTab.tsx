import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ListTable, NothingListed, type Place } from '../../parts/ListTable';
import { Panel } from '../../parts/Panel';
import { useSessions } from '../../queries/sessions';
import { useSessionColumns } from '../sessions/useSessionColumns';

/** All sessions of one station. */
export default function SessionsTab({ stationId }: { stationId: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [place, setPlace] = useState<Place>({});
  const list = useSessions({ station: stationId, ...place });
  const columns = useSessionColumns(place, { withStation: false });
  return (
    <Panel flush>
      <ListTable
        list={list}
        columns={columns}
        rowKey="session_id"
        label={t('nav.sessions')}
        place={place}
        onPlace={setPlace}
        onOpen={({ session_id: sessionId }) => void navigate({ to: '/sessions/$sessionId', params: { sessionId } })}
        testId="station-sessions"
        empty={<NothingListed isFiltered={false} title={t('session.none')} />}
      />
    </Panel>
  );
}
