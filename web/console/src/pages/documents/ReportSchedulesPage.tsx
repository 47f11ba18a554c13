import { PlusOutlined } from '@ant-design/icons';
import type { Schemas } from '@busbar/client';
import { Loading, Mark, useFormat } from '@busbar/kit';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Alert, Button, Table } from 'antd';
import { useTranslation } from 'react-i18next';
import { Failure } from '../../parts/Failure';
import { type Columns, NothingListed } from '../../parts/ListTable';
import { PageHead } from '../../parts/PageHead';
import { Panel } from '../../parts/Panel';
import { useAsk } from '../../parts/useAsk';
import { useOpened } from '../../parts/useUnopened';
import { useOperator } from '../../queries/factors';
import { useMailState } from '../../queries/mail';
import { useMe } from '../../queries/me';
import { useReportSchedule, useReportSchedules, useSendReport } from '../../queries/reporting';
import { ScheduleEdit } from './ScheduleEdit';
import { useWriteRhythm } from './scheduleWords';

const route = getRouteApi('/shell/reports/schedules');
type Schedule = Schemas['ReportSchedule'];

/** How it went the last time. */
function Outcome({ schedule }: { schedule: Schedule }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { last_at: at, last_letters: letters, last_sent: sent, last_failed: failed, last_reason: reason } = schedule;
  if (!at) return <span className="bc-soft">{t('schedule.notYet')}</span>;
  const when = format.instant(at);
  const isOnItsWay = sent + failed < letters;
  const isBad = failed > 0 || letters === 0;
  const tone = isBad ? 'bad' : isOnItsWay ? 'warn' : 'good';
  const shape = isBad ? 'cross' : isOnItsWay ? 'clock' : 'check';
  const words = isBad
    ? t('schedule.failed', { count: failed || 1, reason })
    : isOnItsWay
      ? t('schedule.onItsWay', { count: letters - sent })
      : t('schedule.sent', { count: sent });
  return (
    <span className="bc-two-lines">
      <Mark tone={tone} shape={shape}>
        {words}
      </Mark>
      <span>{when}</span>
    </span>
  );
}

function useColumns(): Columns<Schedule> {
  const { t } = useTranslation();
  const format = useFormat();
  const writeRhythm = useWriteRhythm();
  const ask = useAsk();
  const send = useSendReport();
  return [
    {
      title: t('apiKey.name'),
      key: 'name',
      render: (_, schedule) => (
        <span className="bc-two-lines">
          <Link to="/reports/schedules" search={{ edit: schedule.schedule_id }} className="bc-link">
            {schedule.name}
          </Link>
          <span>
            {t('schedule.by', { group: t(`groupBy.${schedule.group_by}`) })} ·{' '}
            {schedule.formats.map((each) => each.toUpperCase()).join(', ')}
          </span>
        </span>
      ),
    },
    {
      title: t('schedule.comes'),
      key: 'when',
      render: (_, schedule) => (
        <span className="bc-two-lines">
          <span>{writeRhythm(schedule)}</span>
          <span>
            {schedule.next_at
              ? t('schedule.next', { at: format.instant(schedule.next_at, 'dateTime', schedule.time_zone) })
              : t('schedule.paused')}
          </span>
        </span>
      ),
    },
    {
      title: t('schedule.recipients'),
      key: 'recipients',
      render: (_, { recipients: [first, ...others] }) => (
        <span className="bc-two-lines">
          <span>{first}</span>
          {others.length > 0 && <span>{t('schedule.andMore', { count: others.length })}</span>}
        </span>
      ),
    },
    { title: t('schedule.last'), key: 'last', render: (_, schedule) => <Outcome schedule={schedule} /> },
    {
      title: <span className="bb-visually-hidden">{t('money.deeds')}</span>,
      key: 'send',
      align: 'right',
      render: (_, { schedule_id: scheduleId, name, recipients }) => (
        <Button
          size="small"
          loading={send.isPending && send.variables === scheduleId}
          data-testid={`schedule-send-${scheduleId}`}
          onClick={() =>
            ask({
              title: t('schedule.sendAsk', { name }),
              text: recipients.join(', '),
              yes: t('schedule.sendNow'),
              deed: () => send.mutateAsync(scheduleId),
            })
          }
        >
          {t('schedule.sendNow')}
        </Button>
      ),
    },
  ];
}

/** Reports that come round. */
export function ReportSchedulesPage() {
  const { t } = useTranslation();
  const { edit } = route.useSearch();
  const navigate = useNavigate({ from: '/reports/schedules' });
  const list = useReportSchedules();
  const { data, error, isPending } = list;
  const { data: mail } = useMailState();
  const { data: me } = useMe();
  const { data: operator } = useOperator(me?.operator_id);
  const columns = useColumns();
  const open = (scheduleId?: string) => void navigate({ search: scheduleId ? { edit: scheduleId } : {} });
  const asked = edit === 'new' ? undefined : edit;
  const schedule = useOpened('schedule', asked, useReportSchedule(asked), open);
  const addButton = (
    <Button type="primary" icon={<PlusOutlined />} data-testid="schedule-create" onClick={() => open('new')}>
      {t('schedule.create')}
    </Button>
  );
  return (
    <>
      <PageHead
        title={t('schedule.title')}
        up={{ label: t('nav.reports'), link: { to: '/reports' } }}
        actions={addButton}
      >
        {t('schedule.about')}
      </PageHead>
      {mail && !mail.is_on && <Alert type="info" showIcon title={t('schedule.mailOff')} style={{ marginBottom: 16 }} />}
      <Panel flush testId="schedules">
        {isPending && <Loading rows={4} />}
        {error && !data && <Failure error={error} />}
        {data?.items.length === 0 && (
          <NothingListed isFiltered={false} title={t('schedule.none')} action={addButton}>
            {t('schedule.noneText')}
          </NothingListed>
        )}
        {data && data.items.length > 0 && (
          <Table<Schedule>
            size="middle"
            pagination={false}
            columns={columns}
            dataSource={data.items}
            rowKey="schedule_id"
            scroll={{ x: 'max-content' }}
            aria-label={t('schedule.title')}
          />
        )}
      </Panel>
      <ScheduleEdit
        schedule={schedule}
        isOpen={edit === 'new' || schedule !== undefined}
        onClose={() => open()}
        zone={operator?.time_zone}
        isMailOn={mail?.is_on ?? false}
      />
    </>
  );
}
