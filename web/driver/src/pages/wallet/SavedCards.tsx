import type { Schemas } from '@busbar/client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import Button from 'antd-mobile/es/components/button';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { newId } from '../../app/newId';
import { FormSheet } from '../../parts/FormSheet';
import { Icon } from '../../parts/Icon';
import { tellNotice } from '../../parts/notices';
import { useProblemText } from '../../parts/useProblemText';
import { isPayable, isRefused, removeSavedCard, saveCard, savedCardsQuery } from '../../queries/paying';

type Card = Schemas['SavedCard'];

function RemoveSheet({ card, onClose }: { card: Card; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => removeSavedCard(card.method_id),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: savedCardsQuery().queryKey });
      tellNotice(t('savedCard.removed'));
      onClose();
    },
  });
  return (
    <FormSheet
      isOpen
      onClose={onClose}
      title={t('savedCard.removeAsk', { card: card.label })}
      action={t('savedCard.removeYes')}
      mutation={remove}
      isDangerous
      testId="saved-card-remove-sheet"
    >
      <p>{t('savedCard.removeText')}</p>
    </FormSheet>
  );
}

/** The cards that pay for charges afterwards: the first one is asked. Without a `currency`, none can be saved. */
export function SavedCards({ currency }: { currency: string | undefined }) {
  const { t, i18n } = useTranslation();
  const tellProblem = useProblemText();
  const { data } = useQuery(savedCardsQuery());
  const [leaving, setLeaving] = useState<Card | null>(null);
  const key = useRef(newId());
  const save = useMutation({
    mutationFn: () =>
      saveCard(
        { currency: currency ?? 'EUR', return_path: '/app/wallet/top-up', language: i18n.language },
        key.current,
      ),
    onSuccess: (payment) => {
      if (payment.page_url) window.location.assign(payment.page_url);
      else tellNotice(t('wallet.noPage'));
      // The provider was not reached: the next try asks for the same page.
      if (payment.page_url || !isPayable(payment)) key.current = newId();
    },
    onError: (failure) => {
      if (isRefused(failure)) key.current = newId();
      tellNotice(tellProblem(failure));
    },
  });
  if (!currency && !data?.items.length) return null;
  return (
    <section className="bd-card bd-pay-card">
      <h2>{t('wallet.cards')}</h2>
      {data && data.items.length > 0 && (
        <ul className="bd-payments">
          {data.items.map((card, place) => (
            <li key={card.method_id} data-testid="saved-card">
              <span>
                {card.label}
                <small>
                  {[card.expires && t('savedCard.until', { date: card.expires }), place === 0 && t('savedCard.pays')]
                    .filter(Boolean)
                    .join(' · ')}
                </small>
              </span>
              <button
                type="button"
                className="bd-round"
                aria-label={t('savedCard.remove', { card: card.label })}
                data-testid="saved-card-remove"
                onClick={() => setLeaving(card)}
              >
                <Icon name="close" />
              </button>
            </li>
          ))}
        </ul>
      )}
      {currency && (
        <Button block loading={save.isPending} data-testid="save-card" onClick={() => save.mutate()}>
          {t('wallet.saveCard')}
        </Button>
      )}
      {leaving && <RemoveSheet card={leaving} onClose={() => setLeaving(null)} />}
    </section>
  );
}
