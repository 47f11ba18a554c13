import { Loading, Mark, useFormat } from '@busbar/kit';
import { App, Button, Table } from 'antd';
import { useTranslation } from 'react-i18next';
import { Failure } from '../../parts/Failure';
import type { Columns } from '../../parts/ListTable';
import { Panel } from '../../parts/Panel';
import { useTell } from '../../parts/useTell';
import { usePermits } from '../../queries/me';
import { type Job, useDeadJobs, useDropJob, useRetryJob } from '../../queries/operations';

function Buttons({ job }: { job: Job }) {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const tell = useTell();
  const retry = useRetryJob();
  const drop = useDropJob();
  const askDrop = () =>
    void modal.confirm({
      title: t('operations.drop'),
      content: t('operations.dropJobText', { kind: job.kind }),
      okText: t('operations.drop'),
      okButtonProps: { danger: true },
      onOk: () => drop.mutateAsync(job.job_id).catch(tell.problem),
    });
  return (
    <span className="bc-head-actions">
      <Button
        size="small"
        loading={retry.isPending}
        data-testid="job-retry"
        onClick={() =>
          retry.mutate(job.job_id, { onSuccess: () => tell.done(t('operations.retried')), onError: tell.problem })
        }
      >
        {t('operations.retry')}
      </Button>
      <Button size="small" danger data-testid="job-drop" onClick={askDrop}>
        {t('operations.drop')}
      </Button>
    </span>
  );
}

/** Jobs that were tried as often as they may be: a person looks, mends what is wrong, and has them run again. */
export function DeadJobs() {
  const { t } = useTranslation();
  const format = useFormat();
  const permits = usePermits();
  const { data, error, isPending } = useDeadJobs(permits('manage_operators'));
  if (!permits('manage_operators')) return null;
  const columns: Columns<Job> = [
    {
      title: t('operations.jobKind'),
      key: 'kind',
      render: (_, job) => (
        <span className="bc-two-lines">
          <b>{job.kind}</b>
          <span className="bc-number">{format.instant(job.run_at, 'dateTimeSeconds')}</span>
        </span>
      ),
    },
    { title: t('operations.attempts'), key: 'attempts', align: 'right', dataIndex: 'attempts' },
    {
      title: t('operations.error'),
      key: 'error',
      render: (_, job) => <span className="bc-ops-error">{job.last_error}</span>,
    },
    {
      title: <span className="bb-visually-hidden">{t('action.more')}</span>,
      key: 'do',
      align: 'right' as const,
      render: (_: unknown, job: Job) => <Buttons job={job} />,
    },
  ];
  return (
    <Panel title={t('operations.deadJobs')} flush testId="dead-jobs">
      {isPending && <Loading rows={2} />}
      {error && !data && <Failure error={error} />}
      {data?.items.length === 0 && (
        <p className="bc-ops-nothing">
          <Mark tone="good" shape="check">
            {t('operations.noDeadJobs')}
          </Mark>
          <span className="bc-soft">{t('operations.noDeadJobsText')}</span>
        </p>
      )}
      {data && data.items.length > 0 && (
        <Table<Job>
          aria-label={t('operations.deadJobs')}
          dataSource={data.items}
          columns={columns}
          rowKey="job_id"
          pagination={false}
          size="small"
          scroll={{ x: 'max-content' }}
        />
      )}
      {data && (data.total ?? 0) > data.items.length && (
        <p className="bc-attention-more">{t('now.more', { count: (data.total ?? 0) - data.items.length })}</p>
      )}
    </Panel>
  );
}
