import type { Schemas } from '@busbar/client';
import { Mark, type Shape, type Tone, useFormat } from '@busbar/kit';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import Button from 'antd-mobile/es/components/button';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Field } from '../../parts/Field';
import { FormSheet } from '../../parts/FormSheet';
import { Icon } from '../../parts/Icon';
import { tellNotice } from '../../parts/notices';
import { Segmented } from '../../parts/Segmented';
import { useProblemText } from '../../parts/useProblemText';
import {
  documentsQuery,
  invoiceQuery,
  invoiceRequestsQuery,
  type Paper,
  requestInvoice,
  savePdf,
} from '../../queries/documents';
import { isJustOver, SETTLING_POLL_MILLIS } from './settling';

type Kind = Schemas['RequestKind'];
const kinds = ['invoice', 'fapiao_normal', 'fapiao_special'] as const;
const empty = { name: '', vat_id: '', street: '', city: '', country: '', email: '', phone: '', bank: '', iban: '' };
type Buyer = typeof empty;
const fields: Record<Kind, (keyof Buyer)[]> = {
  invoice: ['name', 'vat_id', 'street', 'city', 'country', 'email'],
  fapiao_normal: ['name', 'vat_id', 'email'],
  fapiao_special: ['name', 'vat_id', 'street', 'phone', 'bank', 'iban', 'email'],
};

const requestLooks: Record<Schemas['RequestState'], { tone: Tone; shape: Shape }> = {
  requested: { tone: 'info', shape: 'clock' },
  issued: { tone: 'good', shape: 'check' },
  sent: { tone: 'good', shape: 'check' },
  red_lettered: { tone: 'idle', shape: 'slash' },
  refused: { tone: 'bad', shape: 'cross' },
};

/** Asks for an invoice or a 发票: the kind first, then what that kind needs of the buyer. */
function RequestSheet({ sessionId, isFapiao, onClose }: { sessionId: string; isFapiao: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [kind, setKind] = useState<Kind>(isFapiao ? 'fapiao_normal' : 'invoice');
  const [buyer, setBuyer] = useState<Buyer>(empty);
  const ask = useMutation({
    mutationFn: () =>
      requestInvoice({
        kind,
        session_ids: [sessionId],
        buyer: Object.fromEntries(fields[kind].map((name) => [name, buyer[name]])) as Schemas['PartyBody'],
      }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['documents'] });
      tellNotice(t('paper.asked'));
      onClose();
    },
  });
  return (
    <FormSheet
      isOpen
      onClose={onClose}
      title={t('paper.ask')}
      action={t('paper.send')}
      mutation={ask}
      testId="paper-form"
    >
      <Segmented
        legend={t('paper.kind')}
        isLegendHidden
        value={kind}
        onChange={setKind}
        segments={kinds.map((value) => ({ value, label: t(`paperKind.${value}`), testId: `paper-${value}` }))}
      />
      {fields[kind].map((name) => (
        <Field
          key={name}
          name={name}
          label={t(`buyer.${name}`)}
          value={buyer[name]}
          maxLength={name === 'country' ? 2 : 120}
          required={name === 'name' || kind === 'fapiao_special'}
          testId={`buyer-${name}`}
          onChange={(value) => setBuyer({ ...buyer, [name]: name === 'country' ? value.toUpperCase() : value })}
        />
      ))}
    </FormSheet>
  );
}

/** How far a wish for an invoice or a 发票 has come. */
function RequestState({ request }: { request: Schemas['InvoiceRequest'] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const look = requestLooks[request.state];
  const number = [request.fapiao_code, request.fapiao_number].filter(Boolean).join(' ');
  return (
    <div className="bd-paper" data-testid="invoice-request" data-state={request.state}>
      <span>
        <strong>{t(`paperKind.${request.kind}`)}</strong>
        <Mark tone={look.tone} shape={look.shape}>
          {t(`requestState.${request.state}`)}
        </Mark>
        <small>
          {[request.buyer.name, format.instant(request.changed_at, 'date'), number].filter(Boolean).join(' · ')}
        </small>
        {request.note && <small>{request.note}</small>}
      </span>
    </div>
  );
}

function PaperRow({ paper }: { paper: Paper }) {
  const { t } = useTranslation();
  const tellProblem = useProblemText();
  const save = useMutation({
    mutationFn: () => savePdf(paper),
    onError: (failure) => tellNotice(tellProblem(failure)),
  });
  return (
    <div className="bd-paper" data-testid="paper" data-kind={paper.kind}>
      <span>
        <strong>{t(`documentKind.${paper.kind}`)}</strong>
        <small>{paper.reference}</small>
      </span>
      <Button
        size="small"
        loading={save.isPending}
        onClick={() => save.mutate()}
        aria-label={t('paper.pdfOf', { paper: `${t(`documentKind.${paper.kind}`)} ${paper.reference}` })}
        data-testid={`${paper.kind}-pdf`}
      >
        <Icon name="install" size={18} />
        PDF
      </Button>
    </div>
  );
}

/** A receipt that holds: nothing took it back. */
function isReceipt({ kind, credit_id: credited }: Schemas['DocumentSummary']): boolean {
  return kind === 'receipt' && credited === null;
}

/** The charge on paper: each of its documents as PDF, the wish for an invoice and what became of it. */
export function PaperActions({ sessionId, endedAt }: { sessionId: string; endedAt: string }) {
  const { t } = useTranslation();
  const { data } = useQuery({
    ...documentsQuery(sessionId),
    // The receipt is written a moment after the end, often later than this page is reached.
    refetchInterval: ({ state }) =>
      !state.data?.items.some(isReceipt) && isJustOver(endedAt, Date.now()) ? SETTLING_POLL_MILLIS : false,
  });
  const { data: requests } = useQuery(invoiceRequestsQuery);
  const [isAsking, setAsking] = useState(false);
  const receipt = data?.items.find(isReceipt);
  const { data: invoice } = useQuery(invoiceQuery(receipt?.invoice_id ?? null));
  if (!data || !receipt) return null;
  const papers = invoice ? [...data.items, invoice] : data.items;
  // An invoice that is there stands there itself.
  const isOpen = ({ document_id: written, session_ids: over }: Schemas['InvoiceRequest']) =>
    over.includes(sessionId) && (written === null || written !== invoice?.document_id);
  const asked = requests?.items.filter(isOpen) ?? [];
  const canAsk = receipt.invoice_id === null && receipt.request_id === null;
  return (
    <section className="bd-card bd-papers" aria-label={t('paper.title')} data-testid="papers">
      {papers.map((paper) => (
        <PaperRow key={paper.document_id} paper={paper} />
      ))}
      {asked.map((request) => (
        <RequestState key={request.request_id} request={request} />
      ))}
      {canAsk && (
        <Button block size="large" data-testid="ask-invoice" onClick={() => setAsking(true)}>
          {t('paper.ask')}
        </Button>
      )}
      {isAsking && (
        <RequestSheet sessionId={sessionId} isFapiao={receipt.currency === 'CNY'} onClose={() => setAsking(false)} />
      )}
    </section>
  );
}
