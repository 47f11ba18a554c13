import { Loading } from '@busbar/kit';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Button, Select, Table } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { commandOutcomes } from '../../app/search';
import { Failure } from '../../parts/Failure';
import { keepGiven } from '../../parts/keepGiven';
import type { ListFile } from '../../parts/ListExport';
import { NothingListed, Pager, shownOf } from '../../parts/ListTable';
import { ListTools } from '../../parts/ListTools';
import { PageHead } from '../../parts/PageHead';
import { Panel } from '../../parts/Panel';
import { SearchBox } from '../../parts/SearchBox';
import { useActorName } from '../../parts/useActorName';
import { readCommands, useAllCommands } from '../../queries/commands';
import { useSiteOptions } from '../../queries/sites';
import { CommandWords, type StationCommand, useCommandColumns } from '../station/commandParts';

const route = getRouteApi('/shell/commands');
type Search = ReturnType<typeof route.useSearch>;

/** Who asks stations for something; its word is `actor.{name}`. */
const askers = ['staff', 'key', 'driver', 'session', 'system'] as const;

function useColumns() {
  const { t } = useTranslation();
  const [at, ...others] = useCommandColumns();
  const station = {
    title: t('command.station'),
    key: 'station',
    render: (_: unknown, { station_id: stationId }: StationCommand) => (
      <Link to="/stations/$stationId" params={{ stationId }} search={{ tab: 'commands' }} className="bc-link">
        {stationId}
      </Link>
    ),
  };
  return at ? [at, station, ...others] : [];
}

function useFile(search: Search): ListFile<StationCommand> {
  const { t } = useTranslation(['app', 'kit']);
  const actorName = useActorName();
  return {
    title: t('nav.commands'),
    read: (part) => readCommands(search, part),
    fields: [
      ['ID', (command) => command.command_id],
      [t('command.at'), (command) => command.requested_at],
      [t('command.station'), (command) => command.station_id],
      [t('command.request'), (command) => command.request],
      [t('command.by'), (command) => actorName(command.requested_by)],
      [t('command.outcome'), ({ outcome }) => t(`kit:mark.outcome.${outcome ?? 'pending'}`)],
      [t('command.answer'), (command) => command.status],
      [t('command.answeredAt'), (command) => command.answered_at],
    ],
  };
}

interface FiltersProps {
  search: Search;
  change: (changed: Partial<Search>) => void;
  children: ReactNode;
}

function Filters({ search, change, children }: FiltersProps) {
  const { t } = useTranslation();
  const sites = useSiteOptions();
  return (
    <div className="bc-filters">
      <SearchBox
        value={search.station}
        onSearch={(station) => change({ station })}
        label={t('command.byStation')}
        testId="command-station"
      />
      <Select
        allowClear
        value={search.outcome}
        placeholder={t('command.outcome')}
        aria-label={t('command.outcome')}
        style={{ minWidth: 200 }}
        options={commandOutcomes.map((value) => ({ value, label: t(`kit:mark.outcome.${value}`) }))}
        onChange={(outcome?: Search['outcome']) => change({ outcome })}
      />
      <Select
        allowClear
        value={search.by}
        placeholder={t('command.by')}
        aria-label={t('command.by')}
        style={{ minWidth: 140 }}
        options={askers.map((value) => ({ value, label: t(`actor.${value}`) }))}
        onChange={(by?: string) => change({ by })}
      />
      <Select
        allowClear
        showSearch
        optionFilterProp="label"
        value={search.site}
        placeholder={t('command.site')}
        aria-label={t('command.site')}
        style={{ minWidth: 180 }}
        options={sites}
        onChange={(site?: string) => change({ site })}
      />
      {children}
    </div>
  );
}

/** What stations of the whole network were asked: what waits, what failed, and who asked. */
export function CommandsPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/commands' });
  const { data, error, isPending, refetch } = useAllCommands(search);
  const columns = useColumns();
  const file = useFile(search);
  const { after: _after, page: _page, ...filters } = search;
  const change = (changed: Partial<Search>) => void navigate({ search: keepGiven({ ...filters, ...changed }) });
  const isFiltered = Object.keys(filters).some((name) => name !== 'hide');
  return (
    <>
      <PageHead title={t('nav.commands')}>{t('command.text')}</PageHead>
      <Panel flush>
        <Filters search={search} change={change}>
          <ListTools list="commands" columns={columns} place={search} onHide={(hide) => change({ hide })} file={file} />
        </Filters>
        {isPending && <Loading rows={8} />}
        {error && !data && (
          <Failure error={error} action={<Button onClick={() => void refetch()}>{t('action.retry')}</Button>} />
        )}
        {data?.items.length === 0 && (
          <NothingListed
            isFiltered={isFiltered}
            names={{ site: search.site, station: search.station }}
            onClear={(noun) => change({ [noun]: undefined })}
            title={t('command.none')}
          >
            {t('command.noneText')}
          </NothingListed>
        )}
        {data && data.items.length > 0 && (
          <div data-testid="commands" data-list>
            <Table<StationCommand>
              aria-label={t('nav.commands')}
              dataSource={data.items}
              columns={shownOf(columns, search)}
              rowKey="command_id"
              pagination={false}
              size="middle"
              scroll={{ x: 'max-content' }}
              expandable={{
                columnTitle: <span className="bb-visually-hidden">{t('action.more')}</span>,
                expandRowByClick: true,
                expandedRowRender: (command) => <CommandWords command={command} />,
              }}
            />
            <Pager list={data} place={search} onPlace={(place) => change({ ...place })} testId="commands" />
          </div>
        )}
      </Panel>
    </>
  );
}
