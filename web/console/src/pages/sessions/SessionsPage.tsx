import type { Schemas } from '@busbar/client';
import { useFormat } from '@busbar/kit';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { DatePicker, Select } from 'antd';
import dayjs from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { sessionFilters } from '../../app/search';
import { BulkBar } from '../../parts/BulkBar';
import { keepGiven } from '../../parts/keepGiven';
import { ListTable, NothingListed } from '../../parts/ListTable';
import { ListTools } from '../../parts/ListTools';
import { OnlyOf } from '../../parts/OnlyOf';
import { PageHead } from '../../parts/PageHead';
import { Panel } from '../../parts/Panel';
import { SearchBox } from '../../parts/SearchBox';
import { useSelection } from '../../parts/useSelection';
import { useSessions } from '../../queries/sessions';
import { useSiteOptions } from '../../queries/sites';
import { useStationOptions } from '../../queries/stations';
import { sessionDeeds } from './sessionDeeds';
import { useSessionColumns } from './useSessionColumns';
import { useSessionFile } from './useSessionFile';

const route = getRouteApi('/shell/sessions');
type Search = ReturnType<typeof route.useSearch>;
const none: never[] = [];
const keyOf = ({ session_id: sessionId }: Schemas['Session']) => sessionId;

export function SessionsPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/sessions' });
  const [typed, setTyped] = useState('');
  const sites = useSiteOptions();
  const stations = useStationOptions(typed);
  const columns = useSessionColumns(search, { withStation: true });
  const list = useSessions(search);
  const file = useSessionFile(search);
  const { after: _after, page: _page, ...filters } = search;
  const isFiltered = Object.keys(filters).some((name) => name !== 'sort' && name !== 'hide');
  const change = (changed: Partial<Search>) => void navigate({ search: keepGiven({ ...filters, ...changed }) });
  const selection = useSelection(list.data?.items ?? none, keyOf);
  const chosen = [...selection.rows.values()];
  const nameOf = (session: Schemas['Session']) =>
    [
      session.station_name || session.station_id,
      session.evse_id,
      format.instant(session.started_at ?? session.created_at, 'time'),
    ]
      .filter((part) => part !== null)
      .join(' · ');
  return (
    <>
      <PageHead title={t('nav.sessions')} />
      <Panel flush>
        <div className="bc-filters">
          <SearchBox
            value={search.token}
            onSearch={(token) => change({ token })}
            label={t('session.byToken')}
            testId="session-token"
            width={190}
          />
          <Select
            allowClear
            value={search.state}
            placeholder={t('session.state')}
            aria-label={t('session.state')}
            data-testid="session-filter-state"
            style={{ minWidth: 130 }}
            options={sessionFilters.map((value) => ({ value, label: t(`session.filter.${value}`) }))}
            onChange={(state?: Search['state']) => change({ state })}
          />
          <Select
            allowClear
            showSearch={{ onSearch: setTyped, filterOption: false }}
            value={search.station}
            placeholder={t('session.station')}
            aria-label={t('session.station')}
            data-testid="session-filter-station"
            style={{ minWidth: 190 }}
            options={stations}
            onChange={(station?: string) => change({ station })}
          />
          <Select
            allowClear
            showSearch={{ optionFilterProp: 'label' }}
            value={search.site}
            placeholder={t('station.site')}
            aria-label={t('station.site')}
            style={{ minWidth: 150 }}
            options={sites}
            onChange={(site?: string) => change({ site })}
          />
          <DatePicker.RangePicker
            allowEmpty={[true, true]}
            value={[search.from ? dayjs(search.from) : null, search.to ? dayjs(search.to).subtract(1, 'day') : null]}
            aria-label={t('session.period')}
            data-testid="session-filter-period"
            onChange={(range) =>
              change({
                from: range?.[0]?.startOf('day').toISOString(),
                to: range?.[1]?.add(1, 'day').startOf('day').toISOString(), // the end is not included
              })
            }
          />
          {search.driver && (
            <OnlyOf
              name={list.data?.items[0]?.driver_name ?? search.driver}
              onClear={() => change({ driver: undefined })}
            />
          )}
          <ListTools
            list="sessions"
            columns={columns}
            place={search}
            onHide={(hide) => change({ hide })}
            file={file}
            chosen={chosen}
          />
        </div>
        <ListTable
          list={list}
          columns={columns}
          rowKey="session_id"
          selection={selection}
          foot={
            chosen.length > 0 && (
              <BulkBar
                noun="sessions"
                deeds={sessionDeeds}
                chosen={chosen.map((session) => ({ id: session.session_id, name: nameOf(session) }))}
                onClear={selection.clear}
              />
            )
          }
          label={t('nav.sessions')}
          place={search}
          onPlace={(place) => change({ sort: undefined, ...place })}
          onOpen={({ session_id: sessionId }) => void navigate({ to: '/sessions/$sessionId', params: { sessionId } })}
          testId="sessions"
          empty={
            <NothingListed
              isFiltered={isFiltered}
              names={{ site: search.site, station: search.station, driver: search.driver }}
              onClear={(noun) => change({ [noun]: undefined })}
              title={t('session.none')}
            >
              {t('session.noneText')}
            </NothingListed>
          }
        />
      </Panel>
    </>
  );
}
