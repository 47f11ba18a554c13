import type { Schemas } from '@busbar/client';
import { Mark, type Shape, type Tone, useFormat } from '@busbar/kit';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { App, Button, Form, Input, Segmented } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EditDrawer } from '../../parts/EditDrawer';
import { keepGiven } from '../../parts/keepGiven';
import { type Columns, ListTable, NothingListed } from '../../parts/ListTable';
import { MayLink } from '../../parts/MayLink';
import { PageHead } from '../../parts/PageHead';
import { Panel } from '../../parts/Panel';
import { useActorName } from '../../parts/useActorName';
import { useTell } from '../../parts/useTell';
import { usePermits } from '../../queries/me';
import { useCancelClosing, useClosings, useConfirmPayout } from '../../queries/money';

const route = getRouteApi('/shell/wallet-closings');
type Closing = Schemas['WalletClosing'];

const looks: Record<Closing['state'], { tone: Tone; shape: Shape }> = {
  refunding: { tone: 'info', shape: 'clock' },
  to_pay: { tone: 'warn', shape: 'dots' },
  closed: { tone: 'good', shape: 'check' },
  cancelled: { tone: 'idle', shape: 'slash' },
};

function Deeds({ closing, onPaid }: { closing: Closing; onPaid: () => void }) {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const tell = useTell();
  const cancel = useCancelClosing();
  return (
    <span className="bc-head-actions bc-to-end">
      {closing.state === 'to_pay' && (
        <Button size="small" type="primary" onClick={onPaid} data-testid="closing-paid">
          {t('closing.paid')}
        </Button>
      )}
      <Button
        size="small"
        data-testid="closing-cancel"
        onClick={() =>
          void modal.confirm({
            title: t('closing.cancelAsk'),
            content: t('closing.cancelText'),
            okText: t('closing.cancel'),
            onOk: () => cancel.mutateAsync(closing.closing_id).catch(tell.problem),
          })
        }
      >
        {t('closing.cancel')}
      </Button>
    </span>
  );
}

function useColumns(onPaid: (closing: Closing) => void): Columns<Closing> {
  const { t } = useTranslation();
  const format = useFormat();
  const permits = usePermits();
  const actorName = useActorName();
  const money = (amount: number, currency: string) => (
    <span className="bc-number">{format.money(amount, currency)}</span>
  );
  return [
    {
      title: t('driver.driver'),
      key: 'driver',
      render: (_, closing) => (
        <span className="bc-two-lines">
          <MayLink needs="manage_access" to="/drivers" search={{ edit: closing.driver_id }} className="bc-link">
            {closing.driver_name || closing.driver_id}
          </MayLink>
          <span>
            {format.instant(closing.created_at, 'dateTime')} · {actorName(closing.requested_by)}
          </span>
        </span>
      ),
    },
    {
      title: t('closing.state'),
      key: 'state',
      render: (_, { state }) => (
        <Mark tone={looks[state].tone} shape={looks[state].shape}>
          {t(`closing.states.${state}`)}
        </Mark>
      ),
    },
    {
      title: t('closing.amount'),
      key: 'amount',
      align: 'right',
      render: (_, closing) => money(closing.amount, closing.currency),
    },
    {
      title: t('closing.refunded'),
      key: 'refunded',
      align: 'right',
      render: (_, closing) => money(closing.refunded, closing.currency),
    },
    {
      title: t('closing.byHand'),
      key: 'by-hand',
      align: 'right',
      render: (_, closing) => money(closing.by_hand, closing.currency),
    },
    {
      title: t('closing.payTo'),
      key: 'pay-to',
      render: (_, closing) =>
        closing.state === 'closed' ? (
          closing.reference
        ) : (
          <span className="bc-two-lines">
            <span className="bc-code">{closing.iban}</span>
            <span>{closing.holder}</span>
          </span>
        ),
    },
    {
      title: t('money.deeds'),
      key: 'deeds',
      align: 'right',
      render: (_, closing) =>
        permits('manage_money') &&
        (closing.state === 'to_pay' || closing.state === 'refunding') && (
          <Deeds closing={closing} onPaid={() => onPaid(closing)} />
        ),
    },
  ];
}

/** Drivers who leave: what providers give back, and what staff pay out. */
export function ClosingsPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/wallet-closings' });
  const [given, setGiven] = useState<Closing | null>(null);
  const confirm = useConfirmPayout();
  const list = useClosings(search);
  const columns = useColumns(setGiven);
  const { after: _after, page: _page, ...filters } = search;
  const change = (changed: Partial<typeof search>) => void navigate({ search: keepGiven({ ...filters, ...changed }) });
  return (
    <>
      <PageHead title={t('nav.walletClosings')}>{t('closing.text')}</PageHead>
      <Panel flush>
        <div className="bc-filters">
          <Segmented
            value={search.show ?? 'all'}
            onChange={(show) => change({ show: show === 'to_pay' ? 'to_pay' : undefined })}
            options={[
              { value: 'all', label: t('closing.all') },
              { value: 'to_pay', label: t('closing.states.to_pay') },
            ]}
          />
        </div>
        <ListTable
          list={list}
          columns={columns}
          rowKey="closing_id"
          label={t('nav.walletClosings')}
          place={search}
          onPlace={(place) => change(place)}
          testId="closings"
          empty={
            <NothingListed isFiltered={search.show !== undefined} title={t('closing.none')}>
              {t('closing.noneText')}
            </NothingListed>
          }
        />
      </Panel>
      <EditDrawer<{ reference: string }>
        key={given?.closing_id ?? 'none'}
        title={t('closing.paidAsk')}
        isOpen={given !== null}
        onClose={() => setGiven(null)}
        initial={{}}
        saveLabel={t('closing.paid')}
        save={async ({ reference }) => {
          if (given) await confirm.mutateAsync({ closingId: given.closing_id, reference });
          setGiven(null);
        }}
        testId="closing-form"
      >
        {given && <p>{t('closing.paidText', { amount: format.money(given.by_hand, given.currency) })}</p>}
        <Form.Item
          name="reference"
          label={t('closing.reference')}
          rules={[{ required: true, whitespace: true, message: t('form.required') }]}
        >
          <Input maxLength={120} data-testid="closing-form-reference" />
        </Form.Item>
      </EditDrawer>
    </>
  );
}
