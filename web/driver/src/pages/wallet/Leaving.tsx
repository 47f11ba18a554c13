import type { Schemas } from '@busbar/client';
import { Mark, useFormat } from '@busbar/kit';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import Button from 'antd-mobile/es/components/button';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { newId } from '../../app/newId';
import { Field } from '../../parts/Field';
import { FormSheet } from '../../parts/FormSheet';
import { tellNotice } from '../../parts/notices';
import { useProblemText } from '../../parts/useProblemText';
import { closeWallet, closingQuery, freezeWallet, keepWallet, walletQuery } from '../../queries/money';

type Wallet = Schemas['Wallet'];

function useReadAgain() {
  const client = useQueryClient();
  return () =>
    Promise.all([
      client.invalidateQueries({ queryKey: walletQuery.queryKey }),
      client.invalidateQueries({ queryKey: closingQuery.queryKey }),
    ]);
}

function CloseSheet({ wallet, onClose }: { wallet: Wallet; onClose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const readAgain = useReadAgain();
  const [iban, setIban] = useState('');
  const [holder, setHolder] = useState('');
  const key = useRef(newId());
  const close = useMutation({
    mutationFn: () => closeWallet({ iban, holder }, key.current),
    onSuccess: async () => {
      await readAgain();
      onClose();
    },
  });
  const isEmpty = wallet.balance === 0;
  return (
    <FormSheet
      isOpen
      onClose={onClose}
      title={t('leaving.ask')}
      action={t('leaving.close')}
      mutation={close}
      isDangerous
      testId="wallet-close-sheet"
    >
      <p>
        {isEmpty
          ? t('leaving.emptyText')
          : t('leaving.text', { amount: format.money(wallet.balance, wallet.currency) })}
      </p>
      {!isEmpty && (
        <>
          <Field
            label={t('leaving.iban')}
            name="iban"
            value={iban}
            onChange={setIban}
            maxLength={50}
            autoCapitalize="characters"
            hint={t('leaving.ibanHint')}
            testId="wallet-close-iban"
          />
          <Field
            label={t('leaving.holder')}
            name="holder"
            autoComplete="name"
            value={holder}
            onChange={setHolder}
            maxLength={70}
            required={iban.trim() !== ''}
            testId="wallet-close-holder"
          />
        </>
      )}
    </FormSheet>
  );
}

function Closing({ closing }: { closing: Schemas['WalletClosing'] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const tellProblem = useProblemText();
  const readAgain = useReadAgain();
  const keep = useMutation({
    mutationFn: keepWallet,
    onError: (failure) => tellNotice(tellProblem(failure)),
    onSettled: readAgain,
  });
  return (
    <section className="bd-card bd-leaving" data-testid="wallet-closing" data-state={closing.state}>
      <Mark tone="info" shape="clock">
        {t('leaving.underWay')}
      </Mark>
      <p>
        {closing.state === 'to_pay'
          ? t('leaving.toPay', { amount: format.money(closing.by_hand, closing.currency) })
          : t('leaving.refunding')}
      </p>
      {closing.requested_by.startsWith('driver:') && (
        <Button size="small" disabled={keep.isPending} onClick={() => keep.mutate()} data-testid="wallet-keep">
          {t('leaving.keep')}
        </Button>
      )}
    </section>
  );
}

/** Freeze one's wallet for a while, or have the money paid out and leave. */
export function Leaving({ wallet }: { wallet: Wallet }) {
  const { t } = useTranslation();
  const tellProblem = useProblemText();
  const readAgain = useReadAgain();
  const [isAsking, setAsking] = useState(false);
  const { data: closing } = useQuery(closingQuery);
  const isFrozen = wallet.status === 'frozen';
  const freeze = useMutation({
    mutationFn: () => freezeWallet(!isFrozen),
    onError: (failure) => tellNotice(tellProblem(failure)),
    onSettled: readAgain,
  });
  if (wallet.status === 'closed') return null;
  if (closing) return <Closing closing={closing} />;
  return (
    <div className="bd-leaving-deeds">
      <Button size="small" disabled={freeze.isPending} onClick={() => freeze.mutate()} data-testid="wallet-freeze">
        {isFrozen ? t('leaving.unfreeze') : t('leaving.freeze')}
      </Button>
      <Button size="small" fill="none" onClick={() => setAsking(true)} data-testid="wallet-close">
        {t('leaving.open')}
      </Button>
      {isAsking && <CloseSheet wallet={wallet} onClose={() => setAsking(false)} />}
    </div>
  );
}
