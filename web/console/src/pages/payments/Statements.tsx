import type { Schemas } from '@busbar/client';
import { Loading, useFormat } from '@busbar/kit';
import { DatePicker, Form, Select, Table } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EditDrawer } from '../../parts/EditDrawer';
import type { Columns } from '../../parts/ListTable';
import { NothingListed } from '../../parts/ListTable';
import { Panel } from '../../parts/Panel';
import { useActorName } from '../../parts/useActorName';
import { useTell } from '../../parts/useTell';
import { useImportStatement, useStatements } from '../../queries/payments';

type Statement = Schemas['Statement'];
const providers = ['stripe', 'alipay', 'wechatpay'] as const;
const BASE64 = ';base64,';

/** The newest statements of providers: fetched by themselves, or from a file. */
export function Statements() {
  const { t } = useTranslation();
  const format = useFormat();
  const actorName = useActorName();
  const { data } = useStatements();
  const money = (amount: number, currency: string) => (
    <span className="bc-number">{currency ? format.money(amount, currency) : '–'}</span>
  );
  const columns: Columns<Statement> = [
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
    {
      title: t('difference.lines'),
      key: 'lines',
      align: 'right',
      render: (_, { line_count: lines }) => <span className="bc-number">{format.number(lines)}</span>,
    },
    { title: t('payment.captured'), key: 'paid', align: 'right', render: (_, row) => money(row.paid, row.currency) },
    {
      title: t('payment.refunded'),
      key: 'refunded',
      align: 'right',
      render: (_, row) => money(row.refunded, row.currency),
    },
    { title: t('difference.cost'), key: 'cost', align: 'right', render: (_, row) => money(row.cost, row.currency) },
    {
      title: t('difference.taken'),
      key: 'taken',
      align: 'right',
      render: (_, { fetched_at: at, actor }) => (
        <span className="bc-two-lines">
          <span className="bc-number">{format.instant(at)}</span>
          <span>{actorName(actor)}</span>
        </span>
      ),
    },
  ];
  return (
    <Panel title={t('difference.statements')} flush testId="statements">
      {!data && <Loading rows={3} />}
      {data?.items.length === 0 && (
        <NothingListed isFiltered={false} title={t('difference.noStatements')}>
          {t('difference.noStatementsText')}
        </NothingListed>
      )}
      {data && data.items.length > 0 && (
        <Table<Statement>
          aria-label={t('difference.statements')}
          size="middle"
          pagination={data.items.length > 15 ? { pageSize: 15, showSizeChanger: false } : false}
          columns={columns}
          dataSource={data.items}
          rowKey={({ provider, day }) => `${provider} ${day}`}
          scroll={{ x: 'max-content' }}
        />
      )}
    </Panel>
  );
}

function readBase64(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).split(BASE64)[1] ?? '');
    reader.onerror = () => reject(reader.error ?? new Error(file.name));
    reader.readAsDataURL(file);
  });
}

/** Takes in a provider's statement of a day from a file, and compares. */
export function ImportStatement({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const tell = useTell();
  const load = useImportStatement();
  const [file, setFile] = useState<File | null>(null);
  return (
    <EditDrawer<{ provider: Schemas['Provider']; day: Dayjs }>
      title={t('difference.import')}
      isOpen
      onClose={onClose}
      initial={{ provider: 'stripe', day: dayjs().subtract(1, 'day') }}
      save={async ({ provider, day }) => {
        if (!file) throw new Error(t('difference.needsFile'));
        const content = await readBase64(file);
        const { differences } = await load.mutateAsync({ provider, day: day.format('YYYY-MM-DD'), content });
        tell.done(t('difference.compared', { count: differences }));
        onClose();
      }}
      saveLabel={t('difference.compare')}
      testId="statement-form"
    >
      <Form.Item name="provider" label={t('payment.provider')}>
        <Select options={providers.map((value) => ({ value, label: t(`payment.providers.${value}`) }))} />
      </Form.Item>
      <Form.Item name="day" label={t('difference.day')} rules={[{ required: true, message: t('form.required') }]}>
        <DatePicker allowClear={false} style={{ width: '100%' }} />
      </Form.Item>
      <Form.Item label={t('difference.file')} htmlFor="statement-file" required>
        <input
          id="statement-file"
          type="file"
          onChange={({ target }) => setFile(target.files?.[0] ?? null)}
          data-testid="statement-file"
        />
      </Form.Item>
    </EditDrawer>
  );
}
