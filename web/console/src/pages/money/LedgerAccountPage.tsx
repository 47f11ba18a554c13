import type { Schemas } from '@busbar/client';
import { Loading, useFormat } from '@busbar/kit';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Button, Form, Input, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EditDrawer } from '../../parts/EditDrawer';
import { Failure } from '../../parts/Failure';
import { keepGiven } from '../../parts/keepGiven';
import { type Columns, ListTable, NothingListed } from '../../parts/ListTable';
import { MayLink } from '../../parts/MayLink';
import { MoneyInput } from '../../parts/MoneyInput';
import { PageHead } from '../../parts/PageHead';
import { Panel } from '../../parts/Panel';
import { useTellKept } from '../../parts/useTellKept';
import { usePermits } from '../../queries/me';
import { keepFrozen, useAccount, useStatement, useWalletDeed } from '../../queries/money';
import { useOwnerName } from './useOwnerName';

const route = getRouteApi('/shell/ledger/$accountId');
type Entry = Schemas['StatementEntry'];
type Account = Schemas['Account'];
type Deed = 'freeze' | 'unfreeze' | 'adjust' | 'close';
const DRIVER = 'driver:';

interface Wish {
  reason: string;
  /** Whole minor units. */
  amount?: number | null;
}

function WalletActions({ account }: { account: Account }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [deed, setDeed] = useState<Deed | null>(null);
  const driverId = account.owner.slice(DRIVER.length);
  const wallet = useWalletDeed(driverId);
  const told = useTellKept(keepFrozen(t('undo.reason')));
  const freezing: Deed = account.status === 'frozen' ? 'unfreeze' : 'freeze';

  async function save({ reason, amount }: Wish): Promise<void> {
    if (deed === null) return;
    const left = await wallet.mutateAsync({ deed, reason, amount: amount ?? 0 });
    setDeed(null);
    if (left) {
      const text = deed === 'freeze' ? t('money.frozenNow') : t('money.unfrozenNow');
      told.changed(text, { ...left, status: account.status }, left);
    }
    if (deed === 'close') await navigate({ to: '/wallet-closings' });
  }

  if (account.status === 'closed') return null;
  return (
    <>
      <Button onClick={() => setDeed('adjust')} data-testid="wallet-adjust">
        {t('money.adjust')}
      </Button>
      <Button danger={freezing === 'freeze'} onClick={() => setDeed(freezing)} data-testid="wallet-freeze">
        {t(`money.${freezing}`)}
      </Button>
      <Button danger onClick={() => setDeed('close')} data-testid="wallet-close">
        {t('money.close')}
      </Button>
      <EditDrawer<Wish>
        key={deed ?? 'none'}
        title={deed === null ? '' : t(`money.${deed}`)}
        isOpen={deed !== null}
        onClose={() => setDeed(null)}
        initial={{}}
        save={save}
        testId="wallet-form"
      >
        {deed === 'close' && <p>{t('money.closeText')}</p>}
        {deed === 'adjust' && (
          <Form.Item
            name="amount"
            label={t('money.adjustAmount', { currency: account.currency })}
            extra={t('money.adjustHint')}
            rules={[{ required: true, message: t('form.required') }]}
          >
            <MoneyInput currency={account.currency} isSigned testId="wallet-form-amount" />
          </Form.Item>
        )}
        <Form.Item
          name="reason"
          label={t('money.reason')}
          rules={[{ required: true, whitespace: true, message: t('form.required') }]}
        >
          <Input.TextArea rows={3} maxLength={500} data-testid="wallet-form-reason" />
        </Form.Item>
      </EditDrawer>
    </>
  );
}

/** Where a movement comes from: its session, payment and person. */
function Origin({ entry }: { entry: Entry }) {
  const { t } = useTranslation();
  const { session_id: sessionId, payment_id: paymentId, driver_id: driverId } = entry;
  return (
    <span className="bc-links">
      {sessionId && (
        <Link to="/sessions/$sessionId" params={{ sessionId }} className="bc-link">
          {t('money.openSession')}
        </Link>
      )}
      {paymentId && (
        <Link to="/payments" search={{ edit: paymentId }} className="bc-link">
          {t('money.openPayment')}
        </Link>
      )}
      {driverId && (
        <MayLink
          needs="manage_access"
          others={entry.driver_name}
          to="/drivers"
          search={{ edit: driverId }}
          className="bc-link"
        >
          {entry.driver_name ?? t('money.openDriver')}
        </MayLink>
      )}
    </span>
  );
}

function useColumns(currency: string): Columns<Entry> {
  const { t } = useTranslation();
  const format = useFormat();
  const nameOwner = useOwnerName();
  const nameCounter = (counter: Entry['counter']) => {
    const [kind, name] = [t(`money.kinds.${counter.kind}`), nameOwner(counter)];
    return name === kind ? kind : `${kind} · ${name}`;
  };
  return [
    {
      title: t('money.at'),
      key: 'at',
      render: (_, entry) => <span className="bc-soft bc-number">{format.instant(entry.at, 'dateTime')}</span>,
    },
    {
      title: t('money.what'),
      key: 'what',
      render: (_, entry) => (
        <span className="bc-two-lines">
          <span>{t(`money.transfers.${entry.kind}`)}</span>
          <span>{entry.reason}</span>
        </span>
      ),
    },
    {
      title: t('money.counter'),
      key: 'counter',
      render: (_, { counter }) => (
        <Link to="/ledger/$accountId" params={{ accountId: counter.account_id }} className="bc-link">
          {nameCounter(counter)}
        </Link>
      ),
    },
    {
      title: t('money.of'),
      key: 'of',
      render: (_, entry) => <Origin entry={entry} />,
    },
    {
      title: t('money.amount'),
      key: 'amount',
      align: 'right',
      render: (_, entry) => <span className="bc-number">{format.money(entry.amount, currency)}</span>,
    },
    {
      title: t('money.balance'),
      key: 'balance',
      align: 'right',
      render: (_, entry) => <span className="bc-number bc-soft">{format.money(entry.balance, currency)}</span>,
    },
  ];
}

export function LedgerAccountPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const { accountId } = route.useParams();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/ledger/$accountId' });
  const permits = usePermits();
  const { data: account, error, isPending } = useAccount(accountId);
  const list = useStatement(accountId, search);
  const columns = useColumns(account?.currency ?? 'EUR');
  const nameOwner = useOwnerName();
  if (isPending) return <Loading rows={6} />;
  if (!account) return <Failure error={error} action={<Link to="/ledger">{t('nav.ledger')}</Link>} />;
  const isWallet = account.kind === 'wallet' && account.owner.startsWith(DRIVER);
  return (
    <>
      <PageHead
        title={nameOwner(account)}
        up={{ label: t('nav.ledger'), link: { to: '/ledger' } }}
        mark={
          account.status === 'open' ? undefined : <Tag color="warning">{t(`money.statuses.${account.status}`)}</Tag>
        }
        actions={isWallet && permits('manage_money') && <WalletActions account={account} />}
      >
        {t(`money.kinds.${account.kind}`)} · {format.money(account.balance, account.currency)}
      </PageHead>
      <Panel title={t('money.statement')} flush>
        <ListTable
          list={list}
          columns={columns}
          rowKey="transfer_id"
          label={t('money.statement')}
          place={search}
          onPlace={(place) => void navigate({ search: keepGiven(place) })}
          testId="statement"
          empty={
            <NothingListed isFiltered={false} title={t('money.noEntries')}>
              {t('money.noneText')}
            </NothingListed>
          }
        />
      </Panel>
    </>
  );
}
