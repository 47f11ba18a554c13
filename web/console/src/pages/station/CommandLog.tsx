import { Empty, Loading } from '@busbar/kit';
import { Table } from 'antd';
import { useTranslation } from 'react-i18next';
import { Failure } from '../../parts/Failure';
import { Panel } from '../../parts/Panel';
import { useCommands } from '../../queries/stations';
import { CommandWords, type StationCommand, useCommandColumns } from './commandParts';

/** What the station was asked before, by whom, and what it answered. */
export function CommandLog({ stationId }: { stationId: string }) {
  const { t } = useTranslation();
  const { data, error, isPending } = useCommands(stationId);
  const columns = useCommandColumns();
  return (
    <Panel title={t('command.log')} flush testId="command-log">
      {isPending && <Loading rows={3} />}
      {error && !data && <Failure error={error} />}
      {data?.items.length === 0 && <Empty title={t('command.logNone')} />}
      {data && data.items.length > 0 && (
        <Table<StationCommand>
          dataSource={data.items}
          columns={columns}
          rowKey="command_id"
          pagination={false}
          size="small"
          scroll={{ x: 'max-content' }}
          expandable={{
            columnTitle: <span className="bb-visually-hidden">{t('action.more')}</span>,
            expandRowByClick: true,
            expandedRowRender: (command) => <CommandWords command={command} />,
          }}
        />
      )}
    </Panel>
  );
}
