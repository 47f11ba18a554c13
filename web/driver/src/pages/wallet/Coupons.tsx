import { useFormat } from '@busbar/kit';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import Button from 'antd-mobile/es/components/button';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Field } from '../../parts/Field';
import { tellNotice } from '../../parts/notices';
import { useProblemText } from '../../parts/useProblemText';
import { couponsQuery, redeemCoupon } from '../../queries/money';

const CODE_MAX_CHARS = 60;

/** A code to type in, and the coupons that one has. */
export function Coupons() {
  const { t } = useTranslation();
  const format = useFormat();
  const tellProblem = useProblemText();
  const client = useQueryClient();
  const [code, setCode] = useState('');
  const { data } = useQuery(couponsQuery);
  const redeem = useMutation({
    mutationFn: () => redeemCoupon(code.trim()),
    onSuccess: (coupons) => {
      client.setQueryData(couponsQuery.queryKey, coupons);
      void client.invalidateQueries({ queryKey: ['quote'] });
      setCode('');
      tellNotice(t('coupon.redeemed'));
    },
  });
  return (
    <section className="bd-card bd-pay-card">
      <h2>{t('coupon.title')}</h2>
      <form
        className="bd-coupon-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (code.trim()) redeem.mutate();
        }}
      >
        <Field
          label={t('coupon.code')}
          name="coupon"
          value={code}
          autoComplete="off"
          autoCapitalize="characters"
          maxLength={CODE_MAX_CHARS}
          problem={redeem.isError ? tellProblem(redeem.error) : undefined}
          testId="coupon-code"
          onChange={(value) => {
            redeem.reset();
            setCode(value);
          }}
        />
        <Button
          type="submit"
          block
          size="large"
          disabled={!code.trim()}
          loading={redeem.isPending}
          data-testid="coupon-redeem"
        >
          {t('coupon.redeem')}
        </Button>
      </form>
      {data && data.items.length > 0 && (
        <ul className="bd-payments">
          {data.items.map((coupon) => (
            <li key={coupon.coupon_id} data-testid="coupon" data-used={coupon.session_id !== null}>
              <span data-verbatim>
                {coupon.offer_name}
                <small>{coupon.code}</small>
              </span>
              <span className="bd-movement-sum">
                {coupon.session_id === null ? t('coupon.waiting') : t('coupon.used')}
                <small>{format.instant(coupon.redeemed_at, 'date')}</small>
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
