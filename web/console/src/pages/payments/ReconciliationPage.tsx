import { UploadOutlined } from '@ant-design/icons';
import type { Schemas } from '@busbar/client';
import { Mark, type Shape, type Tone, useFormat } from '@busbar/kit';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Button, Form, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { EditDrawer } from '../../parts/EditDrawer';
import { keepGiven } from '../../parts/keepGiven';
import { type Columns, ListTable, NothingListed } from '../../parts/ListTable';
import { PageHead } from '../../parts/PageHead';
import { Panel } from '../../parts/Panel';
import { useSure } from '../../parts/useAsk';
import { useTellKept } from '../../parts/useTellKept';
import { useListed } from '../../parts/useUnopened';
import { useMe, usePermits } from '../../queries/me';
import { isSettled, keptDifference, useDifferences, useSettleDifference } from '../../queries/payments';
import { ImportStatement, Statements } from './Statements';

const route = getRouteApi('/shell/reconciliation');
type Difference = Schemas['Difference'];
type Search = ReturnType<typeof route.useSearch>;
const looks = {
  open: { tone: 'warn', shape: 'triangle' },
  in_hand: { tone: 'info', shape: 'clock' },
  resolved: { tone: 'good', shape: 'check' },
  accepted: { tone: 'idle', shape: 'check' },
} as const satisfies Record<Schemas['DifferenceState'], { tone: Tone; shape: Shape }>;
const states: Schemas['DifferenceState'][] = ['open', 'in_hand', 'resolved', 'accepted'];

function useColumns(): Columns<Difference> {
  const { t } = useTranslation();
  const format = useFormat();
  const money = (amount: number | null, currency: string) => (amount === null ? '–' : format.money(amount, currency));
  return [
    {
      title: t('difference.day'),
      key: 'day',
      render: (_, { day, provider }) => (
        <span className="bc-two-lines">
          <span className="bc-number">{day}</span>
          <span>{t(`payment.providers.${provider}`)}</span>
        </span>
      ),
    },
    { title: t('difference.reason'), key: 'reason', render: (_, { reason }) => t(`difference.reasons.${reason}`) },
    {
      title: t('difference.here'),
      key: 'here',
      align: 'right',
      render: (_, row) => <span className="bc-number">{money(row.here, row.currency)}</span>,
    },
    {
      title: t('difference.there'),
      key: 'there',
      align: 'right',
      render: (_, row) => <span className="bc-number">{money(row.there, row.currency)}</span>,
    },
    {
      title: t('difference.payment'),
      key: 'payment',
      render: (_, { payment_id: id, subject }) =>
        id ? (
          <Link to="/payments" search={{ edit: id }} className="bc-code">
            {id.slice(-8)}
          </Link>
        ) : (
          <span className="bc-code">{subject.slice(-16)}</span>
        ),
    },
    {
      title: t('difference.state'),
      key: 'state',
      render: (_, { state }) => <Mark {...looks[state]}>{t(`difference.states.${state}`)}</Mark>,
    },
    {
      title: t('difference.owner'),
      key: 'owner',
      render: (_, { owner, note }) => (
        <span className="bc-two-lines">
          <span>{owner || '–'}</span>
          <span>{note}</span>
        </span>
      ),
    },
  ];
}

/** Who looks after a difference and how it stands; what settles it is for good. */
function DifferenceEdit({ difference, onClose }: { difference: Difference; onClose: () => void }) {
  const { t } = useTranslation();
  const { data: me } = useMe();
  const settle = useSettleDifference();
  const told = useTellKept(keptDifference);
  const isSure = useSure();
  const { difference_id: id, reason, state, owner, note } = difference;

  async function save(values: Schemas['DifferenceBody']): Promise<void> {
    const isForGood = isSettled(values.state) && !isSettled(state);
    const question = {
      title: t('difference.settleAsk'),
      text: t('difference.settleText'),
      yes: t('difference.settleYes'),
    };
    if (isForGood && !(await isSure(question))) return;
    told.saved(t(`difference.reasons.${reason}`), difference, await settle.mutateAsync({ id, ...values }));
    onClose();
  }

  return (
    <EditDrawer<Schemas['DifferenceBody']>
      title={t('difference.settle')}
      isOpen
      onClose={onClose}
      initial={{ state: state === 'open' ? 'in_hand' : state, owner: owner || (me?.display_name ?? ''), note }}
      save={save}
      testId="difference"
    >
      <Form.Item name="state" label={t('difference.state')}>
        <Select options={states.map((value) => ({ value, label: t(`difference.states.${value}`) }))} />
      </Form.Item>
      <Form.Item name="owner" label={t('difference.owner')} extra={t('difference.ownerHint')}>
        <Input maxLength={120} data-testid="difference-owner" />
      </Form.Item>
      <Form.Item name="note" label={t('difference.note')}>
        <Input.TextArea maxLength={500} rows={4} />
      </Form.Item>
    </EditDrawer>
  );
}

/** How providers' statements and our books differ, until somebody has settled it. */
export function ReconciliationPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/reconciliation' });
  const permits = usePermits();
  const columns = useColumns();
  const list = useDifferences(search);
  const { after: _after, page: _page, edit, ...filters } = search;
  const change = (changed: Partial<Search>) => void navigate({ search: keepGiven({ ...filters, ...changed }) });
  const show = (edit?: string) => void navigate({ search: keepGiven({ ...search, edit }), resetScroll: false });
  const listed = list.data?.items.find(({ difference_id: id }) => id === edit);
  const chosen = useListed('difference', edit, listed, list, ['import'], () => show());
  return (
    <>
      <PageHead
        page="reconciliation"
        title={t('nav.reconciliation')}
        actions={
          permits('manage_money') && (
            <Button icon={<UploadOutlined />} onClick={() => show('import')} data-testid="statement-import">
              {t('difference.import')}
            </Button>
          )
        }
      >
        {t('difference.text')}
      </PageHead>
      <div className="bc-stack">
        <Panel flush>
          <div className="bc-filters">
            <Select
              allowClear
              value={search.state}
              placeholder={t('difference.state')}
              aria-label={t('difference.state')}
              style={{ minWidth: 180 }}
              options={states.map((value) => ({ value, label: t(`difference.states.${value}`) }))}
              onChange={(state?: string) => change({ state })}
            />
          </div>
          <ListTable
            list={list}
            columns={columns}
            rowKey="difference_id"
            label={t('nav.reconciliation')}
            place={search}
            onPlace={(place) => change(place)}
            {...(permits('manage_money') && { onOpen: ({ difference_id: id }: Difference) => show(id) })}
            testId="differences"
            empty={
              <NothingListed isFiltered={Boolean(search.state)} title={t('difference.none')}>
                {t('difference.noneText')}
              </NothingListed>
            }
          />
        </Panel>
        <Statements />
      </div>
      {edit === 'import' && permits('manage_money') && <ImportStatement onClose={() => show()} />}
      {chosen && permits('manage_money') && <DifferenceEdit difference={chosen} onClose={() => show()} />}
    </>
  );
}
