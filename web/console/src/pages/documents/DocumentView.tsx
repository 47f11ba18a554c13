import type { Schemas } from '@busbar/client';
import { Loading, useFormat } from '@busbar/kit';
import { Button, Drawer, Input, Popconfirm, Space, Table } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AuditTrail } from '../../parts/AuditTrail';
import { Facts } from '../../parts/Facts';
import { Failure } from '../../parts/Failure';
import type { Columns } from '../../parts/ListTable';
import { useTell } from '../../parts/useTell';
import { savePdf, saveXml, useCreditDocument, useDocument } from '../../queries/documents';
import { usePermits } from '../../queries/me';

type Document = Schemas['Document'];
type Line = Schemas['DocumentLine'];

const syntaxes = ['ubl', 'cii', 'fatturapa'] as const;
const names = { ubl: 'UBL', cii: 'CII', fatturapa: 'FatturaPA' } as const;

function Lines({ document }: { document: Document }) {
  const { t } = useTranslation();
  const format = useFormat();
  const money = (amount: number) => <span className="bc-number">{format.money(amount, document.currency)}</span>;
  const columns: Columns<Line> = [
    { title: t('document.item'), key: 'item', dataIndex: 'name' },
    {
      title: t('document.quantity'),
      key: 'quantity',
      align: 'right',
      render: (_, { quantity, unit }) => (
        <span className="bc-number">{unit === 'session' ? quantity : `${quantity}\u202f${unit}`}</span>
      ),
    },
    {
      title: t('document.tax'),
      key: 'tax',
      align: 'right',
      render: (_, { vat_percent: percent }) => <span className="bc-number">{`${percent}\u202f%`}</span>,
    },
    { title: t('document.net'), key: 'net', align: 'right', render: (_, { net }) => money(net) },
    { title: t('document.gross'), key: 'gross', align: 'right', render: (_, { gross }) => money(gross) },
  ];
  return (
    <Table<Line>
      size="small"
      pagination={false}
      dataSource={document.lines}
      columns={columns}
      rowKey={(line) => document.lines.indexOf(line)}
      scroll={{ x: 'max-content', y: 420 }}
    />
  );
}

/** Take a document back; its reason stands on the credit note. */
function Credit({ document }: { document: Document }) {
  const { t } = useTranslation();
  const tell = useTell();
  const credit = useCreditDocument(document.document_id);
  const [reason, setReason] = useState('');
  return (
    <Popconfirm
      title={t('document.creditTitle')}
      description={
        <Input
          value={reason}
          maxLength={500}
          placeholder={t('document.reason')}
          aria-label={t('document.reason')}
          onChange={(event) => setReason(event.target.value)}
        />
      }
      okButtonProps={{ disabled: reason.trim() === '' }}
      onConfirm={() =>
        credit
          .mutateAsync(reason)
          .then(({ reference }) => tell.done(t('document.credited', { reference })), tell.problem)
      }
    >
      <Button danger loading={credit.isPending} data-testid="document-credit">
        {t('document.credit')}
      </Button>
    </Popconfirm>
  );
}

/** All that a document says, beside the list. */
export function DocumentView({ documentId, onClose }: { documentId: string | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const tell = useTell();
  const permits = usePermits();
  const { data, error, isPending } = useDocument(documentId);
  const canCredit =
    data && permits('manage_prices') && data.kind !== 'credit_note' && !data.credit_id && !data.invoice_id;
  return (
    <Drawer
      title={data ? `${t(`documentKind.${data.kind}`)} ${data.reference}` : t('nav.documents')}
      open={documentId !== undefined}
      onClose={onClose}
      size={720}
      data-testid="document"
      extra={
        data && (
          <Button type="primary" data-testid="document-pdf" onClick={() => void savePdf(data).catch(tell.problem)}>
            PDF
          </Button>
        )
      }
    >
      {isPending && documentId && <Loading rows={8} />}
      {error && <Failure error={error} />}
      {data && (
        <Space orientation="vertical" size="large" style={{ width: '100%' }}>
          <Facts
            columns={2}
            lines={[
              { label: t('document.issued'), value: format.instant(data.issued_at) },
              data.due_at !== null && { label: t('document.due'), value: format.instant(data.due_at, 'date') },
              { label: t('document.seller'), value: data.seller.name },
              { label: t('document.buyer'), value: data.buyer?.name },
              { label: t('document.vatId'), value: data.buyer?.vat_id, code: true },
              { label: t('document.energy'), value: data.energy_wh ? format.energy(data.energy_wh) : null },
              {
                label: t('document.tariff'),
                value:
                  data.tariff_version > 0
                    ? `${data.tariff_name} · ${t('tariff.versionNumber', { version: data.tariff_version })}`
                    : data.tariff_name,
              },
              { label: t('document.takesBack'), value: data.credited_reference, code: true },
              { label: t('document.reason'), value: data.reason },
            ]}
          />
          <Lines document={data} />
          <Facts
            columns={3}
            lines={[
              { label: t('document.net'), value: format.money(data.net, data.currency) },
              { label: t('document.tax'), value: format.money(data.tax, data.currency) },
              { label: t('document.gross'), value: <strong>{format.money(data.gross, data.currency)}</strong> },
            ]}
          />
          <Space wrap>
            {data.kind !== 'receipt' &&
              syntaxes.map((syntax) => (
                <Button key={syntax} onClick={() => void saveXml(data, syntax).catch(tell.problem)}>
                  {names[syntax]}
                </Button>
              ))}
            {canCredit && <Credit document={data} />}
          </Space>
          <AuditTrail subject={`document:${data.reference}`} />
        </Space>
      )}
    </Drawer>
  );
}
