import type { Schemas } from '@busbar/client';
import { Mark, type Tone, useFormat } from '@busbar/kit';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Button, Form, Input, Modal, Segmented, Space } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { keepGiven } from '../../parts/keepGiven';
import type { ListFile } from '../../parts/ListExport';
import { type Columns, ListTable, NothingListed } from '../../parts/ListTable';
import { ListTools } from '../../parts/ListTools';
import { toMajor } from '../../parts/minor';
import { PageHead } from '../../parts/PageHead';
import { Panel } from '../../parts/Panel';
import { useAsk } from '../../parts/useAsk';
import { useTell } from '../../parts/useTell';
import {
  type Move,
  readInvoiceRequests,
  saveFapiaoSheet,
  useInvoiceRequests,
  useMoveRequest,
} from '../../queries/documents';
import { usePermits } from '../../queries/me';

const route = getRouteApi('/shell/invoice-requests');
const states = ['requested', 'issued', 'sent', 'red_lettered', 'refused'] as const;
const tones = {
  requested: 'warn',
  issued: 'info',
  sent: 'good',
  red_lettered: 'bad',
  refused: 'bad',
} as const satisfies Record<Schemas['RequestState'], Tone>;
const shapes = { requested: 'dots', issued: 'clock', sent: 'check', red_lettered: 'cross', refused: 'cross' } as const;
const moves = { requested: ['issue', 'refuse'], issued: ['send', 'red-letter'], sent: ['red-letter'] } as const;
type Request = Schemas['InvoiceRequest'];
type Search = ReturnType<typeof route.useSearch>;
interface Asked {
  request: Request;
  to: Move['to'];
}

/** Asks for what a move needs: the number that the tax software gave, or a reason. */
function MoveForm({ asked, onClose }: { asked: Asked | null; onClose: () => void }) {
  const { t } = useTranslation();
  const tell = useTell();
  const move = useMoveRequest();
  const [form] = Form.useForm<{ number: string; reason: string }>();
  const submit = async ({ number = '', reason = '' }: { number?: string; reason?: string }) => {
    if (!asked) return;
    try {
      await move.mutateAsync({ requestId: asked.request.request_id, move: { to: asked.to, number, reason } as Move });
      tell.done(t('invoiceRequest.moved'));
      onClose();
    } catch (error) {
      tell.problem(error);
    }
  };
  return (
    <Modal
      open={asked !== null}
      title={asked ? t(`invoiceMove.${asked.to}`) : ''}
      onCancel={onClose}
      onOk={() => form.submit()}
      confirmLoading={move.isPending}
      destroyOnHidden
    >
      <Form form={form} layout="vertical" preserve={false} onFinish={(values) => void submit(values)}>
        {asked && asked.to !== 'refuse' && (
          <Form.Item
            name="number"
            label={t('invoiceRequest.number')}
            rules={[{ required: true, pattern: /^\d{8,20}$/, message: t('invoiceRequest.numberRule') }]}
          >
            <Input maxLength={20} inputMode="numeric" />
          </Form.Item>
        )}
        {asked && asked.to !== 'issue' && (
          <Form.Item
            name="reason"
            label={t('document.reason')}
            rules={[{ required: true, whitespace: true, message: t('form.required') }]}
          >
            <Input maxLength={500} />
          </Form.Item>
        )}
      </Form>
    </Modal>
  );
}

function useFile(search: Search): ListFile<Request> {
  const { t } = useTranslation();
  return {
    title: t('nav.invoiceRequests'),
    read: (part) => readInvoiceRequests(search, part),
    fields: [
      ['ID', (request) => request.request_id],
      [t('invoiceRequest.asked'), (request) => request.requested_at],
      [t('document.kind'), ({ kind }) => t(`requestKind.${kind}`)],
      [t('document.state'), ({ state }) => t(`requestState.${state}`)],
      [t('document.buyer'), ({ buyer }) => buyer.name],
      [t('invoiceRequest.number'), (request) => request.red_number || request.fapiao_number],
      [t('document.gross'), ({ totals, currency }) => toMajor(totals.gross, currency)],
      [t('session.currency'), (request) => request.currency],
    ],
  };
}

/** What drivers ask for: invoices, which are there at once, and 发票, which the tax software makes. */
export function InvoiceRequestsPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const tell = useTell();
  const ask = useAsk();
  const permits = usePermits();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/invoice-requests' });
  const list = useInvoiceRequests(search);
  const move = useMoveRequest();
  const [asked, setAsked] = useState<Asked | null>(null);
  const file = useFile(search);
  const { after: _after, page: _page, ...filters } = search;
  const change = (changed: Partial<Search>) => void navigate({ search: keepGiven({ ...filters, ...changed }) });
  const begin = (request: Request, to: Move['to']) => {
    if (to === 'send')
      ask({
        title: t('invoiceRequest.sendAsk', { name: request.buyer.name }),
        yes: t(`invoiceMove.${to}`),
        deed: () => move.mutateAsync({ requestId: request.request_id, move: { to } }),
      });
    else setAsked({ request, to });
  };
  const columns: Columns<Request> = [
    {
      title: t('document.buyer'),
      key: 'buyer',
      render: (_, { buyer }) => (
        <span className="bc-two-lines">
          <span>{buyer.name}</span>
          <span className="bc-code">{buyer.vat_id}</span>
        </span>
      ),
    },
    { title: t('document.kind'), key: 'kind', render: (_, { kind }) => t(`requestKind.${kind}`) },
    {
      title: t('document.state'),
      key: 'state',
      render: (_, { state }) => (
        <Mark tone={tones[state]} shape={shapes[state]}>
          {t(`requestState.${state}`)}
        </Mark>
      ),
    },
    {
      title: t('invoiceRequest.asked'),
      key: 'asked',
      render: (_, { requested_at: at }) => <span className="bc-number">{format.instant(at)}</span>,
    },
    {
      title: t('invoiceRequest.number'),
      key: 'number',
      render: (_, request) => <span className="bc-code">{request.red_number || request.fapiao_number}</span>,
    },
    {
      title: t('document.gross'),
      key: 'gross',
      align: 'right',
      render: (_, { totals, currency }) => (
        <strong className="bc-number">{format.money(totals.gross, currency)}</strong>
      ),
    },
    {
      title: t('money.deeds'),
      key: 'moves',
      align: 'right',
      render: (_, request) =>
        permits('manage_prices') &&
        request.kind !== 'invoice' &&
        request.state in moves && (
          <Space>
            {moves[request.state as keyof typeof moves].map((to) => (
              <Button key={to} size="small" onClick={() => begin(request, to)}>
                {t(`invoiceMove.${to}`)}
              </Button>
            ))}
          </Space>
        ),
    },
  ];
  return (
    <>
      <PageHead
        page="invoiceRequests"
        title={t('nav.invoiceRequests')}
        actions={
          permits('manage_prices') && (
            <Button onClick={() => void saveFapiaoSheet().catch(tell.problem)} data-testid="requests-export">
              {t('invoiceRequest.export')}
            </Button>
          )
        }
      >
        {t('invoiceRequest.intro')}
      </PageHead>
      <Panel flush testId="invoice-requests-panel">
        <div className="bc-filters">
          <Segmented
            value={search.state ?? ''}
            onChange={(state) => change({ state: state ? (state as Schemas['RequestState']) : undefined })}
            options={[
              { value: '', label: t('invoiceRequest.all') },
              ...states.map((value) => ({ value, label: t(`requestState.${value}`) })),
            ]}
          />
          <ListTools
            list="invoice_requests"
            columns={columns}
            place={search}
            onHide={(hide) => change({ hide })}
            file={file}
          />
        </div>
        <ListTable
          list={list}
          columns={columns}
          rowKey="request_id"
          label={t('nav.invoiceRequests')}
          place={search}
          onPlace={(place) => change(place)}
          testId="invoice-requests"
          empty={
            <NothingListed isFiltered={Boolean(search.state)} title={t('invoiceRequest.none')}>
              {t('invoiceRequest.noneText')}
            </NothingListed>
          }
        />
      </Panel>
      <MoveForm asked={asked} onClose={() => setAsked(null)} />
    </>
  );
}
