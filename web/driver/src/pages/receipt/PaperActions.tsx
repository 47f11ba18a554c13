import type { Schemas } from '@busbar/client';
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
import { documentsQuery, requestInvoice, savePdf } from '../../queries/documents';

type Kind = Schemas['RequestKind'];
const kinds = ['invoice', 'fapiao_normal', 'fapiao_special'] as const;
const empty = { name: '', vat_id: '', street: '', city: '', country: '', email: '', phone: '', bank: '', iban: '' };
type Buyer = typeof empty;
const fields: Record<Kind, (keyof Buyer)[]> = {
  invoice: ['name', 'vat_id', 'street', 'city', 'country', 'email'],
  fapiao_normal: ['name', 'vat_id', 'email'],
  fapiao_special: ['name', 'vat_id', 'street', 'phone', 'bank', 'iban', 'email'],
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
      await client.invalidateQueries({ queryKey: ['documents', sessionId] });
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

/** The charge on paper: its receipt or invoice as PDF, and the wish for an invoice. Nothing before it has a price. */
export function PaperActions({ sessionId }: { sessionId: string }) {
  const { t } = useTranslation();
  const tellProblem = useProblemText();
  const { data } = useQuery(documentsQuery(sessionId));
  const [isAsking, setAsking] = useState(false);
  const receipt = data?.items.find(({ kind, credit_id: credited }) => kind === 'receipt' && credited === null);
  if (!receipt) return null;
  const canAsk = receipt.invoice_id === null && receipt.request_id === null;
  return (
    <>
      <div className="bd-receipt-actions">
        <Button
          size="large"
          data-testid="receipt-pdf"
          onClick={() => void savePdf(receipt).catch((problem: unknown) => tellNotice(tellProblem(problem)))}
        >
          <Icon name="print" size={20} />
          PDF
        </Button>
        {canAsk && (
          <Button size="large" data-testid="ask-invoice" onClick={() => setAsking(true)}>
            {t('paper.ask')}
          </Button>
        )}
      </div>
      {isAsking && (
        <RequestSheet sessionId={sessionId} isFapiao={receipt.currency === 'CNY'} onClose={() => setAsking(false)} />
      )}
    </>
  );
}
