import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { keepGiven } from '../../parts/keepGiven';
import { ListTable, NothingListed, type Place } from '../../parts/ListTable';
import { Panel } from '../../parts/Panel';
import { useSessions } from '../../queries/sessions';
import { useSessionColumns } from '../sessions/useSessionColumns';

const route = getRouteApi('/shell/stations/$stationId');

/** All sessions of one station. */
export default function SessionsTab({ stationId }: { stationId: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { sort, after, page } = route.useSearch();
  const place: Place = keepGiven({ sort, after, page });
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
        onPlace={(changed) =>
          void navigate({
            to: '/stations/$stationId',
            params: { stationId },
            search: keepGiven({ tab: 'sessions' as const, ...changed }),
          })
        }
        onOpen={({ session_id: sessionId }) => void navigate({ to: '/sessions/$sessionId', params: { sessionId } })}
        testId="station-sessions"
        empty={<NothingListed isFiltered={false} title={t('session.none')} />}
      />
    </Panel>
  );
}
