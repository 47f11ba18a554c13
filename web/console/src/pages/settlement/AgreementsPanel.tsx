import type { Schemas } from '@busbar/client';
import { Loading, useFormat } from '@busbar/kit';
import { Button, DatePicker, Form, Input, InputNumber, Select, Switch, Table } from 'antd';
import type { Dayjs } from 'dayjs';
import { useTranslation } from 'react-i18next';
import { EditDrawer } from '../../parts/EditDrawer';
import { Failure } from '../../parts/Failure';
import { type Columns, NothingListed } from '../../parts/ListTable';
import { MoneyInput } from '../../parts/MoneyInput';
import { Panel } from '../../parts/Panel';
import { useListed } from '../../parts/useUnopened';
import { usePermits } from '../../queries/me';
import { useAgreements, useCurrency, useEndAgreement, useMakeAgreement, usePayees } from '../../queries/settlement';
import { useSiteOptions } from '../../queries/sites';
import { useToday } from '../../queries/today';
import { kwhDigits, type SharesForm, tellShares, writeShares } from './shares';

type Agreement = Schemas['Agreement'];
type Values = SharesForm & { payee_id: string; site_id?: string; validFrom: Dayjs; note?: string };

function ShareFields({ currency }: { currency: string }) {
  const { t } = useTranslation();
  const takesRest = Form.useWatch('takesRest') === true;
  const percents = ['electricity', 'service', 'commission'] as const;
  return (
    <>
      <Form.Item
        name="takesRest"
        label={t('settlement.takesRest')}
        extra={t('settlement.takesRestHint')}
        valuePropName="checked"
      >
        <Switch data-testid="agreement-form-rest" />
      </Form.Item>
      {percents
        .filter((name) => !takesRest || name === 'commission')
        .map((name) => (
          <Form.Item key={name} name={name} label={t(`settlement.percentOf.${name}`)}>
            <InputNumber
              min={0}
              max={100}
              step={0.1}
              precision={1}
              style={{ width: '100%' }}
              data-testid={`agreement-form-${name}`}
            />
          </Form.Item>
        ))}
      {!takesRest && (
        <>
          <Form.Item name="perSession" label={t('settlement.perSession', { currency })}>
            <MoneyInput currency={currency} />
          </Form.Item>
          <Form.Item name="perKwh" label={t('settlement.perKwh', { currency })}>
            <InputNumber<string>
              stringMode
              min="0"
              step="0.001"
              precision={kwhDigits(currency)}
              style={{ width: '100%' }}
            />
          </Form.Item>
        </>
      )}
    </>
  );
}

function AgreementDrawer({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const currency = useCurrency();
  const make = useMakeAgreement();
  const payees = usePayees({});
  const sites = useSiteOptions();
  const today = useToday();
  return (
    <EditDrawer<Values>
      title={t('settlement.addAgreement')}
      isOpen={isOpen}
      onClose={onClose}
      initial={{ validFrom: today.startOf('month'), takesRest: false }}
      save={async ({ payee_id, site_id, validFrom, note, ...shares }) => {
        await make.mutateAsync({
          payee_id,
          site_id: site_id ?? null,
          shares: writeShares(shares, currency),
          valid_from: validFrom.format('YYYY-MM-DD'),
          note: note ?? '',
        });
        onClose();
      }}
      testId="agreement-form"
    >
      <Form.Item
        name="payee_id"
        label={t('settlement.payee')}
        rules={[{ required: true, message: t('form.required') }]}
      >
        <Select
          showSearch={{ optionFilterProp: 'label' }}
          options={payees.data?.items.map((payee) => ({ value: payee.payee_id, label: payee.name })) ?? []}
          data-testid="agreement-form-payee"
        />
      </Form.Item>
      <Form.Item name="site_id" label={t('settlement.site')} extra={t('settlement.siteHint')}>
        <Select
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          options={sites}
          placeholder={t('settlement.allSites')}
        />
      </Form.Item>
      <ShareFields currency={currency} />
      <Form.Item name="validFrom" label={t('settlement.validFrom')} rules={[{ required: true }]}>
        <DatePicker allowClear={false} style={{ width: '100%' }} />
      </Form.Item>
      <Form.Item name="note" label={t('settlement.note')}>
        <Input.TextArea rows={2} maxLength={500} />
      </Form.Item>
    </EditDrawer>
  );
}

function EndDrawer({ agreement, onClose }: { agreement: Agreement | null; onClose: () => void }) {
  const { t } = useTranslation();
  const end = useEndAgreement(agreement?.agreement_id ?? '');
  const today = useToday();
  return (
    <EditDrawer<{ day: Dayjs }>
      key={agreement?.agreement_id ?? 'none'}
      title={t('settlement.end')}
      isOpen={agreement !== null}
      onClose={onClose}
      initial={{ day: today }}
      save={async ({ day }) => {
        await end.mutateAsync(day.format('YYYY-MM-DD'));
        onClose();
      }}
      testId="agreement-end"
    >
      <Form.Item name="day" label={t('settlement.validUntil')} rules={[{ required: true }]}>
        <DatePicker allowClear={false} style={{ width: '100%' }} />
      </Form.Item>
    </EditDrawer>
  );
}

function useColumns(onEnd: (agreement: Agreement) => void): Columns<Agreement> {
  const { t } = useTranslation();
  const format = useFormat();
  const permits = usePermits();
  return [
    {
      title: t('settlement.payee'),
      key: 'payee',
      render: (_, one) => (
        <span className="bc-two-lines">
          <span>{one.payee_name}</span>
          <span>{one.site_name ?? one.site_id ?? t('settlement.allSites')}</span>
        </span>
      ),
    },
    {
      title: t('settlement.gets'),
      key: 'gets',
      render: (_, one) => (
        <>
          {tellShares(one.shares, {
            t,
            percent: (permille) => format.number(permille / 10, permille % 10 ? 1 : 0),
            money: (amount) => format.money(amount, one.currency),
          }).map((line) => (
            <div key={line}>{line}</div>
          ))}
        </>
      ),
    },
    {
      title: t('settlement.validFrom'),
      key: 'from',
      render: (_, one) => <span className="bc-number">{format.day(one.valid_from)}</span>,
    },
    {
      title: t('settlement.validUntil'),
      key: 'until',
      render: (_, one) => <span className="bc-number">{one.valid_until ? format.day(one.valid_until) : '–'}</span>,
    },
    {
      title: <span className="bb-visually-hidden">{t('money.deeds')}</span>,
      key: 'deeds',
      align: 'right',
      render: (_, one) =>
        permits('manage_money') &&
        one.valid_until === null && (
          <Button size="small" onClick={() => onEnd(one)}>
            {t('settlement.end')}
          </Button>
        ),
    },
  ];
}

/** The form that the address opens: `edit` names whom or what it changes, `end` the agreement that it ends. */
export interface PayeesForm {
  edit?: string;
  end?: string;
}

/** What payees get, and from which day on. */
export function AgreementsPanel({ asked, onOpen }: { asked: PayeesForm; onOpen: (form: PayeesForm) => void }) {
  const { t } = useTranslation();
  const permits = usePermits();
  const list = useAgreements();
  const { data, error, isPending } = list;
  const mayManage = permits('manage_money');
  const listed = data?.items.find(({ agreement_id: id, valid_until: until }) => id === asked.end && until === null);
  const columns = useColumns(({ agreement_id: end }) => onOpen({ end }));
  const close = () => onOpen({});
  const ended = useListed('agreement', mayManage ? asked.end : undefined, listed, list, [], close);
  return (
    <Panel
      title={t('settlement.agreements')}
      flush
      testId="agreements"
      extra={
        mayManage && (
          <Button onClick={() => onOpen({ edit: 'agreement' })} data-testid="agreement-add">
            {t('settlement.addAgreement')}
          </Button>
        )
      }
    >
      {isPending && <Loading rows={3} />}
      {error && !data && <Failure error={error} />}
      {data?.items.length === 0 && (
        <NothingListed isFiltered={false} title={t('settlement.noAgreements')}>
          {t('settlement.noAgreementsText')}
        </NothingListed>
      )}
      {data && data.items.length > 0 && (
        <Table<Agreement>
          aria-label={t('settlement.agreements')}
          dataSource={data.items}
          columns={columns}
          rowKey="agreement_id"
          size="middle"
          pagination={false}
          scroll={{ x: 'max-content' }}
        />
      )}
      <AgreementDrawer isOpen={mayManage && asked.edit === 'agreement'} onClose={close} />
      <EndDrawer agreement={(mayManage && ended) || null} onClose={close} />
    </Panel>
  );
}
