import { PlusOutlined } from '@ant-design/icons';
import type { Schemas } from '@busbar/client';
import { Loading, Mark, useFormat } from '@busbar/kit';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Button, Form } from 'antd';
import { useTranslation } from 'react-i18next';
import { AuditTrail } from '../../parts/AuditTrail';
import { DriverSelect } from '../../parts/DriverSelect';
import { EditDrawer } from '../../parts/EditDrawer';
import { Failure } from '../../parts/Failure';
import { keepGiven } from '../../parts/keepGiven';
import { LinkButton } from '../../parts/LinkButton';
import { type Columns, ListTable, NothingListed } from '../../parts/ListTable';
import { MayLink } from '../../parts/MayLink';
import { MoneyInput } from '../../parts/MoneyInput';
import { PageHead } from '../../parts/PageHead';
import { Panel } from '../../parts/Panel';
import { useTell } from '../../parts/useTell';
import { useListed, useReadAnew } from '../../parts/useUnopened';
import { useCompany, useCompanyDrivers, useCompanyMember, useMemberBack } from '../../queries/companies';
import { useMe, usePermits } from '../../queries/me';
import { useOwnCurrency } from '../../queries/tariffs';
import { CompanyEdit } from './CompanyEdit';
import { StatementPanel } from './StatementPanel';
import './companies.css';

const route = getRouteApi('/shell/companies/$companyId');
type Member = Schemas['CompanyDriver'];
type Search = ReturnType<typeof route.useSearch>;

/** What was spent of a budget this month: how much is left is seen before it is read. */
function Budget({ member, currency }: { member: Member; currency: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (member.budget === null)
    return <span className="bc-number">{t('company.unbounded', { spent: format.money(member.spent, currency) })}</span>;
  const share = member.budget === 0 ? 1 : Math.min(1, member.spent / member.budget);
  return (
    <span className="bc-budget">
      <span className="bc-number">
        {t('company.spentOf', {
          spent: format.money(member.spent, currency),
          budget: format.money(member.budget, currency),
        })}
      </span>
      <i aria-hidden="true" data-state={share >= 1 ? 'spent' : share > 0.8 ? 'near' : 'left'}>
        <b style={{ width: `${share * 100}%` }} />
      </i>
    </span>
  );
}

interface MemberEditProps {
  companyId: string;
  member: Member | undefined;
  currency: string;
  onClose: () => void;
}

function MemberEdit({ companyId, member, currency, onClose }: MemberEditProps) {
  const { t } = useTranslation();
  const tell = useTell();
  const put = useCompanyMember(companyId);
  const back = useMemberBack(companyId);
  const remove = async (left: Member) => {
    try {
      await put.mutateAsync({ driverId: left.driver_id });
      tell.undoable(t('company.removed', { name: left.driver_name }), back(left));
      onClose();
    } catch (error) {
      tell.problem(error);
    }
  };
  return (
    <EditDrawer<{ driver_id?: string; budget?: number | null }>
      title={member ? member.driver_name : t('company.addDriver')}
      isOpen
      onClose={onClose}
      initial={{ budget: member?.budget ?? null, ...(member && { driver_id: member.driver_id }) }}
      save={async ({ driver_id: driverId, budget }) => {
        await put.mutateAsync({ driverId: member?.driver_id ?? driverId ?? '', budget: budget ?? null });
        onClose();
      }}
      extra={
        member && (
          <Button
            danger
            loading={put.isPending}
            onClick={() => void remove(member)}
            data-testid="company-driver-remove"
          >
            {t('company.remove')}
          </Button>
        )
      }
      testId="company-driver"
    >
      {!member && (
        <Form.Item
          name="driver_id"
          label={t('driver.driver')}
          rules={[{ required: true, message: t('form.required') }]}
        >
          <DriverSelect testId="company-driver-select" />
        </Form.Item>
      )}
      <Form.Item name="budget" label={t('company.budget')} extra={t('company.budgetHint')}>
        <MoneyInput currency={currency} testId="company-driver-budget" />
      </Form.Item>
    </EditDrawer>
  );
}

function useColumns(currency: string): Columns<Member> {
  const { t } = useTranslation();
  const format = useFormat();
  return [
    {
      title: t('driver.driver'),
      key: 'driver',
      render: (_, member) => (
        <MayLink needs="manage_access" to="/drivers" search={{ edit: member.driver_id }} className="bc-link">
          {member.driver_name}
        </MayLink>
      ),
    },
    {
      title: t('company.thisMonth'),
      key: 'budget',
      render: (_, member) => <Budget member={member} currency={currency} />,
    },
    {
      title: t('company.since'),
      key: 'since',
      align: 'right',
      render: (_, { since }) => <span className="bc-number bc-soft">{format.instant(since, 'date')}</span>,
    },
  ];
}

/** A company: its drivers, their budgets, what it owes, and its monthly invoice. */
export function CompanyPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const { companyId } = route.useParams();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/companies/$companyId' });
  const permits = usePermits();
  const { data: me } = useMe();
  const currency = useOwnCurrency(me?.operator_id) ?? 'EUR';
  const reading = useCompany(companyId);
  const { data: company, error } = reading;
  const entered = useReadAnew(companyId, reading);
  const list = useCompanyDrivers(companyId, search);
  const columns = useColumns(currency);
  const change = (changed: Partial<Search>) => void navigate({ search: keepGiven(changed) });
  const show = (edit?: string) => void navigate({ search: keepGiven({ ...search, edit }), resetScroll: false });
  const { edit } = search;
  const listed = list.data?.items.find(({ driver_id: id }) => id === edit);
  const member = useListed('member', edit, listed, list, ['new', 'company', 'statement'], () => show());
  if (error && !company) return <Failure error={error} action={<Link to="/companies">{t('nav.companies')}</Link>} />;
  if (!company) return <Loading rows={8} />;
  const mayWrite = permits('manage_money');
  const addButton = mayWrite && (
    <Button icon={<PlusOutlined />} onClick={() => show('new')} data-testid="company-driver-add">
      {t('company.addDriver')}
    </Button>
  );
  return (
    <>
      <PageHead
        title={company.name}
        up={{ label: t('nav.companies'), link: { to: '/companies' } }}
        mark={
          !company.is_active && (
            <Mark tone="idle" shape="slash" pill>
              {t('company.inactive')}
            </Mark>
          )
        }
        actions={
          <>
            {mayWrite && <Button onClick={() => show('company')}>{t('action.edit')}</Button>}
            {permits('manage_prices') && (
              <LinkButton
                to="/documents"
                search={{ edit: 'new', company: companyId }}
                color="primary"
                variant="solid"
                data-testid="company-invoice"
              >
                {t('company.invoice')}
              </LinkButton>
            )}
          </>
        }
      >
        {t('company.owes', { amount: format.money(company.owed, currency) })}{' '}
        <Link to="/receivables" search={{ debtor: `company:${companyId}` }}>
          {t('company.toDebts')}
        </Link>
      </PageHead>
      <Panel title={t('company.drivers')} flush extra={addButton}>
        <ListTable
          list={list}
          columns={columns}
          rowKey="driver_id"
          label={t('company.drivers')}
          place={search}
          onPlace={(place) => change(place)}
          {...(mayWrite && { onOpen: ({ driver_id: id }: Member) => show(id) })}
          testId="company-drivers"
          empty={
            <NothingListed isFiltered={false} title={t('company.noDrivers')} action={addButton}>
              {t('company.noDriversText')}
            </NothingListed>
          }
        />
      </Panel>
      <StatementPanel
        companyId={companyId}
        mayWrite={mayWrite}
        isEditing={edit === 'statement'}
        onEdit={() => show('statement')}
        onClose={() => show()}
      />
      <AuditTrail subject={`company:${companyId}`} />
      {edit === 'company' && mayWrite && entered && <CompanyEdit company={entered} onClose={() => show()} />}
      {(edit === 'new' || member) && mayWrite && (
        <MemberEdit companyId={companyId} member={member} currency={currency} onClose={() => show()} />
      )}
    </>
  );
}
