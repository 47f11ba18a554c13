import { Loading, Mark, useFormat } from '@busbar/kit';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import Button from 'antd-mobile/es/components/button';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { keepGuest } from '../../app/kept';
import { newId } from '../../app/newId';
import { PageHead } from '../../parts/PageHead';
import { PageProblem } from '../../parts/PageProblem';
import { useProblemText } from '../../parts/useProblemText';
import { isRefused, payOptionsQuery, startGuestPayment } from '../../queries/paying';
import { stationQuery } from '../../queries/stations';
import { placeOf } from '../nearby/availability';
import { Price } from '../station/Price';
import { AmountChoice } from '../wallet/AmountChoice';
import { ProviderChoice } from '../wallet/ProviderChoice';
import '../station/price.css';
import '../wallet/wallet.css';

const AMOUNTS = [1_500, 3_000, 6_000];

/** Paying for one charge without an account: how much at most, and by whom. */
export function GuestPage() {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const tellProblem = useProblemText();
  const navigate = useNavigate();
  const { stationId = '', evseId } = useParams({ strict: false });
  const station = useQuery(stationQuery(stationId));
  const options = useQuery(payOptionsQuery());
  const [amount, setAmount] = useState(AMOUNTS[1] ?? 0);
  const [chosen, setChosen] = useState(0);
  const key = useRef(newId());
  const option = options.data?.items[chosen];
  const currency = options.data?.currency ?? 'EUR';

  const pay = useMutation({
    mutationFn: () =>
      startGuestPayment(
        {
          station_id: stationId,
          evse_id: evseId === undefined ? null : Number(evseId),
          provider: option?.provider ?? 'stripe',
          way: option?.way ?? 'page',
          amount,
          currency,
          language: i18n.language,
        },
        key.current,
      ),
    onSuccess: ({ link, payment }) => {
      keepGuest(link); // whoever pays may never come back from the provider's page
      if (payment.page_url) window.location.assign(payment.page_url);
      else void navigate({ to: '/guest/$link', params: { link }, replace: true });
    },
    onError: (failure) => {
      if (isRefused(failure)) key.current = newId();
    },
  });

  const problem = station.error ?? options.error;
  const retry = () => {
    void station.refetch();
    void options.refetch();
  };
  return (
    <>
      <PageHead title={t('guest.title')} />
      <main className="bd-page bd-page-action" data-testid="guest">
        {problem && <PageProblem error={problem} onRetry={retry} />}
        {!problem && (!options.data || !station.data) && <Loading rows={6} />}
        {options.data && station.data && (
          <>
            <section className="bd-card bd-pay-card">
              <h2>{station.data.name || station.data.station_id}</h2>
              <p className="bd-pay-place">{placeOf(station.data)}</p>
              <Price stationId={stationId} evseId={evseId === undefined ? null : Number(evseId)} />
            </section>
            {options.data.items.length === 0 ? (
              <p className="bd-note">{t('guest.none')}</p>
            ) : (
              <>
                <AmountChoice
                  label={t('guest.atMost')}
                  amounts={AMOUNTS}
                  isFixed={pay.isPending}
                  currency={currency}
                  amount={amount}
                  onChoose={(next) => {
                    setAmount(next);
                    key.current = newId();
                  }}
                />
                <ProviderChoice
                  options={options.data.items}
                  isFixed={pay.isPending}
                  chosen={chosen}
                  onChoose={(next) => {
                    setChosen(next);
                    key.current = newId();
                  }}
                />
                <p className="bd-note">{option?.can_hold ? t('guest.hold') : t('guest.prepaid')}</p>
              </>
            )}
            <div className="bd-action">
              {pay.isError && (
                <p className="bd-problem" role="alert">
                  <Mark tone="bad" shape="cross">
                    {tellProblem(pay.error)}
                  </Mark>
                </p>
              )}
              <Button
                block
                color="primary"
                size="large"
                className="bd-main-button"
                disabled={!option}
                loading={pay.isPending}
                data-testid="guest-pay"
                onClick={() => pay.mutate()}
              >
                {t('guest.pay', { amount: format.money(amount, currency) })}
              </Button>
              <p className="bd-fine">
                <Link to="/s/$stationId" params={{ stationId }} className="bd-link">
                  {t('guest.withAccount')}
                </Link>
              </p>
            </div>
          </>
        )}
      </main>
    </>
  );
}
