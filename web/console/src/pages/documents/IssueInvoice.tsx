import type { Schemas } from '@busbar/client';
import { Empty, useFormat } from '@busbar/kit';
import { DatePicker, Form, Segmented, Select, Table } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DriverSelect } from '../../parts/DriverSelect';
import { EditDrawer } from '../../parts/EditDrawer';
import type { Columns } from '../../parts/ListTable';
import { useTell } from '../../parts/useTell';
import { useCompanyOptions } from '../../queries/companies';
import { useIssueInvoice, useLastBuyer, useOpenReceipts } from '../../queries/invoicing';
import { usePermits } from '../../queries/me';
import { PartyFields } from './PartyFields';
import './documents.css';

type Receipt = Schemas['DocumentSummary'];
interface Values {
  buyer: Schemas['PartyBody'];
}
interface IssueInvoiceProps {
  companyId: string | undefined;
  onClose: () => void;
  onIssued: (documentId: string) => void;
}

function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The buyer's fields, with what stood on the last invoice to the same name. */
function Buyer({ name }: { name: string | undefined }) {
  const form = Form.useFormInstance<Values>();
  const { data: last } = useLastBuyer(name);
  useEffect(() => {
    if (name) form.setFieldValue(['buyer', 'name'], name);
    if (last) form.setFieldValue('buyer', last);
  }, [form, name, last]);
  return <PartyFields at="buyer" />;
}

/** Writes an invoice over receipts that stand on none: to a company for a month, or to a driver. */
export function IssueInvoice({ companyId, onClose, onIssued }: IssueInvoiceProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const tell = useTell();
  const permits = usePermits();
  const companies = useCompanyOptions(permits('read_money'));
  const issue = useIssueInvoice();
  const key = useRef(newKey());
  const [whose, setWhose] = useState<'company' | 'driver'>('company');
  const [company, setCompany] = useState(companyId);
  const [driver, setDriver] = useState<string | null>(null);
  const [month, setMonth] = useState<Dayjs>(() => dayjs());
  const [left, setLeft] = useState<string[]>([]);
  const { data: receipts } = useOpenReceipts({
    ...(whose === 'company' ? { company } : { driver: driver ?? undefined }),
    since: month.startOf('month').toISOString(),
    until: month.add(1, 'month').startOf('month').toISOString(),
  });
  const currencies = [...new Set((receipts ?? []).map(({ currency }) => currency))];
  const [picked, setPicked] = useState<string>();
  const currency = currencies.find((each) => each === picked) ?? currencies[0];
  const shown = (receipts ?? []).filter((receipt) => receipt.currency === currency);
  const chosen = shown.filter(({ document_id: id }) => !left.includes(id));
  const isNamed = whose === 'company' ? Boolean(company) : driver !== null;
  const columns: Columns<Receipt> = [
    {
      title: t('document.number'),
      key: 'number',
      render: (_, { reference, issued_at: at }) => (
        <span className="bc-two-lines">
          <span className="bc-code">{reference}</span>
          <span className="bc-number">{format.instant(at)}</span>
        </span>
      ),
    },
    {
      title: t('document.energy'),
      key: 'energy',
      align: 'right',
      render: (_, { energy_wh: energy }) => <span className="bc-number">{format.energy(energy)}</span>,
    },
    {
      title: t('document.gross'),
      key: 'gross',
      align: 'right',
      render: (_, { gross, currency: of }) => <span className="bc-number">{format.money(gross, of)}</span>,
    },
  ];

  async function save({ buyer }: Values): Promise<void> {
    if (chosen.length === 0) throw new Error(t('issue.none'));
    const filled = Object.fromEntries(Object.entries(buyer).map(([name, text]) => [name, text ?? '']));
    const document = await issue.mutateAsync({
      key: key.current,
      session_ids: chosen.flatMap(({ session_id: id }) => (id ? [id] : [])),
      buyer: filled as Schemas['PartyBody'],
      is_statement: whose === 'company',
    });
    tell.done(t('issue.done', { reference: document.reference }));
    onIssued(document.document_id);
  }

  return (
    <EditDrawer<Values>
      title={t('issue.title')}
      isOpen
      onClose={onClose}
      width={760}
      initial={{}}
      save={save}
      saveLabel={
        chosen.length && currency
          ? t('issue.over', {
              count: chosen.length,
              amount: format.money(
                chosen.reduce((sum, { gross }) => sum + gross, 0),
                currency,
              ),
            })
          : t('issue.title')
      }
      testId="issue-form"
    >
      <div className="bc-issue-whom">
        <Segmented
          value={whose}
          onChange={setWhose}
          options={[
            { value: 'company', label: t('issue.company') },
            { value: 'driver', label: t('driver.driver') },
          ]}
        />
        {whose === 'company' ? (
          <Select
            showSearch={{ optionFilterProp: 'label' }}
            value={company ?? null}
            onChange={setCompany}
            options={companies}
            placeholder={t('nav.companies')}
            aria-label={t('nav.companies')}
            data-testid="issue-company"
          />
        ) : (
          <DriverSelect value={driver} onChange={setDriver} testId="issue-driver" />
        )}
        <DatePicker
          picker="month"
          allowClear={false}
          value={month}
          onChange={(chosenMonth) => chosenMonth && setMonth(chosenMonth)}
          aria-label={t('groupBy.month')}
          onKeyDown={(event) => event.key === 'Enter' && event.preventDefault()} // it chooses, and writes nothing
        />
        {currencies.length > 1 && (
          <Select
            value={currency}
            onChange={setPicked}
            options={currencies.map((value) => ({ value, label: value }))}
            aria-label={t('tariff.currency')}
          />
        )}
      </div>
      {isNamed && receipts?.length === 0 && <Empty title={t('issue.none')}>{t('issue.noneText')}</Empty>}
      {shown.length > 0 && (
        <Table<Receipt>
          size="small"
          aria-label={t('issue.receipts')}
          columns={columns}
          dataSource={shown}
          rowKey="document_id"
          pagination={shown.length > 10 ? { pageSize: 10, showSizeChanger: false } : false}
          rowSelection={{
            selectedRowKeys: chosen.map(({ document_id: id }) => id),
            onChange: (ids) => setLeft(shown.map(({ document_id: id }) => id).filter((id) => !ids.includes(id))),
          }}
        />
      )}
      <h2 className="bc-small-head">{t('document.buyer')}</h2>
      <Buyer name={whose === 'company' ? companies.find(({ value }) => value === company)?.label : undefined} />
    </EditDrawer>
  );
}
