import { PlusOutlined } from '@ant-design/icons';
import type { Schemas } from '@busbar/client';
import { Empty, Loading, Mark, useFormat } from '@busbar/kit';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Button, Checkbox, Form, Input, InputNumber, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AuditTrail } from '../../parts/AuditTrail';
import { DriverSelect } from '../../parts/DriverSelect';
import { EditDrawer } from '../../parts/EditDrawer';
import { keepGiven } from '../../parts/keepGiven';
import { type Columns, ListTable, NothingListed } from '../../parts/ListTable';
import { MoneyInput } from '../../parts/MoneyInput';
import { PageHead } from '../../parts/PageHead';
import { Panel } from '../../parts/Panel';
import { useAsk } from '../../parts/useAsk';
import { useTell } from '../../parts/useTell';
import { useTellKept } from '../../parts/useTellKept';
import { useOpened } from '../../parts/useUnopened';
import { useMe, usePermits } from '../../queries/me';
import { keptPlan, useMembership, usePlan, usePlanMembers, usePlans, useSavePlan } from '../../queries/offers';
import { useOwnCurrency } from '../../queries/tariffs';
import './offers.css';

const route = getRouteApi('/shell/offers/plans');
type Plan = Schemas['Plan'];
type Search = ReturnType<typeof route.useSearch>;
const WATTS = 1_000;

interface Values {
  name: string;
  currency: string;
  monthly_price: number | null;
  included_kwh?: number | null;
  tax?: number | null;
  monthly_minimum?: number | null;
  is_open: boolean;
}

function useColumns(): Columns<Plan> {
  const { t } = useTranslation();
  const format = useFormat();
  return [
    { title: t('plan.name'), key: 'name', render: (_, { name }) => <span className="bc-link">{name}</span> },
    {
      title: t('plan.price'),
      key: 'price',
      align: 'right',
      render: (_, { monthly_price: price, currency }) => (
        <span className="bc-number">{t('plan.aMonth', { amount: format.money(price, currency) })}</span>
      ),
    },
    {
      title: t('plan.included'),
      key: 'included',
      align: 'right',
      render: (_, { included_wh: included }) => (
        <span className="bc-number">{included ? format.energy(included) : '–'}</span>
      ),
    },
    {
      title: t('plan.members'),
      key: 'members',
      align: 'right',
      render: (_, { members }) => <span className="bc-number">{format.number(members)}</span>,
    },
    {
      title: t('offer.state'),
      key: 'state',
      render: (_, { is_open: isOpen }) => (
        <Mark tone={isOpen ? 'good' : 'idle'} shape={isOpen ? 'check' : 'slash'}>
          {isOpen ? t('plan.open') : t('plan.closed')}
        </Mark>
      ),
    },
  ];
}

/** The drivers who are members, and those who were. */
function Members({ plan }: { plan: Plan }) {
  const { t } = useTranslation();
  const format = useFormat();
  const tell = useTell();
  const permits = usePermits();
  const { data } = usePlanMembers(plan.plan_id);
  const membership = useMembership(plan.plan_id);
  const [driverId, setDriver] = useState<string | null>(null);
  const ask = useAsk();
  const join = (id: string) =>
    membership.mutate({ driverId: id, isMember: true }, { onSuccess: () => setDriver(null), onError: tell.problem });
  return (
    <section aria-label={t('plan.members')}>
      <h2 className="bc-small-head">{t('plan.members')}</h2>
      {permits('manage_prices') && plan.is_open && (
        <div className="bc-plan-add">
          <DriverSelect value={driverId} onChange={setDriver} testId="plan-driver" />
          <Button
            disabled={driverId === null}
            loading={membership.isPending}
            onClick={() => driverId && join(driverId)}
            data-testid="plan-join"
          >
            {t('plan.addMember')}
          </Button>
        </div>
      )}
      {!data && <Loading rows={2} />}
      {data?.items.length === 0 && <Empty title={t('plan.noMembers')} />}
      <ul className="bc-uses" data-testid="plan-members">
        {data?.items.map((member) => (
          <li key={`${member.driver_id}-${member.joined_at}`}>
            <span className="bc-two-lines">
              <span>{member.driver_name ?? member.driver_id}</span>
              <span className="bc-number">
                {format.instant(member.joined_at, 'date')}
                {member.ends_at && ` – ${format.instant(member.ends_at, 'date')}`}
              </span>
            </span>
            <span />
            {member.ends_at === null && permits('manage_prices') ? (
              <Button
                size="small"
                data-testid="plan-end"
                onClick={() =>
                  ask({
                    title: t('plan.endAsk', { name: member.driver_name ?? member.driver_id }),
                    text: t('plan.endText'),
                    yes: t('plan.endMember'),
                    deed: () => membership.mutateAsync({ driverId: member.driver_id, isMember: false }),
                  })
                }
              >
                {t('plan.endMember')}
              </Button>
            ) : (
              <span className="bc-soft">{t('plan.wasMember')}</span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function PlanEdit({ plan, currency, onClose }: { plan: Plan | undefined; currency: string; onClose: () => void }) {
  const { t } = useTranslation();
  const tell = useTell();
  const told = useTellKept(keptPlan);
  const savePlan = useSavePlan(plan?.plan_id);
  const [chosen, setChosen] = useState(plan?.currency ?? currency);
  const needed = [{ required: true, message: t('form.required') }];

  async function save({
    included_kwh: includedKwh,
    monthly_price: price,
    monthly_minimum: minimum,
    tax,
    ...values
  }: Values): Promise<void> {
    const left = await savePlan.mutateAsync({
      ...values,
      monthly_price: price ?? 0,
      monthly_minimum: minimum ?? 0,
      included_wh: Math.round((includedKwh ?? 0) * WATTS),
      tax_permille: Math.round((tax ?? 0) * 10),
    });
    if (plan) told.saved(left.name, plan, left);
    else tell.done(t('plan.kept'));
    onClose();
  }

  return (
    <EditDrawer<Values>
      key={plan?.plan_id ?? 'new'}
      title={plan ? plan.name : t('plan.create')}
      isOpen
      onClose={onClose}
      width={560}
      initial={
        plan
          ? {
              name: plan.name,
              currency: plan.currency,
              monthly_price: plan.monthly_price,
              included_kwh: plan.included_wh / WATTS,
              tax: plan.tax_permille / 10,
              monthly_minimum: plan.monthly_minimum,
              is_open: plan.is_open,
            }
          : { currency, monthly_price: null, included_kwh: 0, tax: 0, monthly_minimum: 0, is_open: true }
      }
      save={save}
      testId="plan-form"
    >
      <Form.Item
        name="name"
        label={t('plan.name')}
        rules={[{ required: true, whitespace: true, message: t('form.required') }]}
      >
        <Input maxLength={100} data-testid="plan-form-name" />
      </Form.Item>
      <div className="bc-offer-pair">
        <Form.Item name="monthly_price" label={t('plan.priceLong')} rules={needed}>
          <MoneyInput currency={chosen} testId="plan-form-price" />
        </Form.Item>
        <Form.Item
          name="currency"
          label={t('tariff.currency')}
          rules={[{ pattern: /^[A-Z]{3}$/, message: t('plan.currencyRule') }]}
        >
          <Select
            showSearch
            onChange={setChosen}
            options={[...new Set([chosen, 'EUR', 'CNY', 'CHF', 'GBP', 'USD'])].map((value) => ({
              value,
              label: value,
            }))}
          />
        </Form.Item>
      </div>
      <Form.Item name="included_kwh" label={t('plan.includedLong')} extra={t('plan.includedHint')}>
        <InputNumber min={0} max={1_000_000} suffix="kWh" style={{ width: '100%' }} data-testid="plan-form-energy" />
      </Form.Item>
      <Form.Item name="tax" label={t('settlement.taxPercent')} extra={t('plan.taxHint')}>
        <InputNumber min={0} max={100} step={0.1} precision={1} style={{ width: '100%' }} data-testid="plan-form-tax" />
      </Form.Item>
      <Form.Item name="monthly_minimum" label={t('plan.minimum')} extra={t('plan.minimumHint')}>
        <MoneyInput currency={chosen} testId="plan-form-minimum" />
      </Form.Item>
      <Form.Item name="is_open" valuePropName="checked">
        <Checkbox>{t('plan.isOpen')}</Checkbox>
      </Form.Item>
      {plan && <Members plan={plan} />}
      {plan && <AuditTrail subject={`plan:${plan.plan_id}`} />}
    </EditDrawer>
  );
}

/** Memberships: a price a month, energy that is included, and whoever is a member. */
export function PlansPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/offers/plans' });
  const permits = usePermits();
  const { data: me } = useMe();
  const currency = useOwnCurrency(me?.operator_id) ?? 'EUR';
  const list = usePlans(search);
  const columns = useColumns();
  const { edit, after: _after, page: _page, ...filters } = search;
  const change = (changed: Partial<Search>) => void navigate({ search: keepGiven({ ...filters, ...changed }) });
  const show = (edit?: string) => void navigate({ search: keepGiven({ ...search, edit }), resetScroll: false });
  const asked = edit === 'new' ? undefined : edit;
  const plan = useOpened('plan', asked, usePlan(asked), () => show());
  const addButton = permits('manage_prices') && (
    <Button type="primary" icon={<PlusOutlined />} data-testid="plan-create" onClick={() => show('new')}>
      {t('plan.create')}
    </Button>
  );
  return (
    <>
      <PageHead page="plans" title={t('nav.plans')} actions={addButton}>
        {t('plan.text')}
      </PageHead>
      <Panel flush>
        <ListTable
          list={list}
          columns={columns}
          rowKey="plan_id"
          label={t('nav.plans')}
          place={search}
          onPlace={(place) => change(place)}
          {...(permits('manage_prices') && { onOpen: ({ plan_id: id }: Plan) => show(id) })}
          testId="plans"
          empty={
            <NothingListed isFiltered={false} title={t('plan.none')} action={addButton}>
              {t('plan.noneText')}
            </NothingListed>
          }
        />
      </Panel>
      {(plan || edit === 'new') && permits('manage_prices') && (
        <PlanEdit plan={plan} currency={currency} onClose={() => show()} />
      )}
    </>
  );
}
