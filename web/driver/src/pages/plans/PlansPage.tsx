import type { Schemas } from '@busbar/client';
import { Empty, Loading, useFormat } from '@busbar/kit';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import Button from 'antd-mobile/es/components/button';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PageHead } from '../../parts/PageHead';
import { PageProblem } from '../../parts/PageProblem';
import { Sheet } from '../../parts/Sheet';
import { useProblemText } from '../../parts/useProblemText';
import { joinPlan, leavePlan, plansQuery } from '../../queries/money';
import '../wallet/wallet.css';

/** The membership plans that one may join, and those one is a member of. */
export function PlansPage() {
  const { t } = useTranslation();
  const { data, error, isError, refetch } = useQuery(plansQuery);
  return (
    <>
      <PageHead title={t('plan.title')} />
      <main className="bd-page bd-wallet" data-testid="plans">
        <p className="bd-lead">{t('plan.text')}</p>
        {!data && (isError ? <PageProblem error={error} onRetry={() => void refetch()} /> : <Loading rows={6} />)}
        {data?.items.length === 0 && <Empty title={t('plan.none')}>{t('plan.noneText')}</Empty>}
        {data?.items.map((plan) => (
          <Plan key={plan.plan_id} plan={plan} />
        ))}
      </main>
    </>
  );
}

function Plan({ plan }: { plan: Schemas['OwnPlan'] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const tellProblem = useProblemText();
  const client = useQueryClient();
  const [isAsking, setIsAsking] = useState(false);
  const monthly = t('plan.monthly', { amount: format.money(plan.monthly_price, plan.currency) });
  const change = useMutation({
    mutationFn: () => (plan.is_member ? leavePlan(plan.plan_id) : joinPlan(plan.plan_id)),
    onSuccess: (plans) => {
      client.setQueryData(plansQuery.queryKey, plans);
      // The plan is paid from the wallet, and charging costs another price.
      for (const key of ['wallet', 'quote']) void client.invalidateQueries({ queryKey: [key] });
    },
  });
  return (
    <section className="bd-card bd-pay-card" data-testid="plan" data-member={plan.is_member || undefined}>
      <h2 data-verbatim>{plan.name}</h2>
      <dl className="bd-guest-lines">
        <div>
          <dt>{t('plan.price')}</dt>
          <dd>{monthly}</dd>
        </div>
        {plan.monthly_minimum > 0 && (
          <div>
            <dt>{t('plan.minimum')}</dt>
            <dd>{t('plan.monthly', { amount: format.money(plan.monthly_minimum, plan.currency) })}</dd>
          </div>
        )}
        {plan.included_wh > 0 && (
          <div>
            <dt>{t('plan.included')}</dt>
            <dd>{format.energy(plan.included_wh)}</dd>
          </div>
        )}
        {plan.included_left_wh !== null && (
          <div>
            <dt>{t('plan.left')}</dt>
            <dd data-testid="plan-left">{format.energy(plan.included_left_wh)}</dd>
          </div>
        )}
        {plan.joined_at !== null && (
          <div>
            <dt>{t('plan.since')}</dt>
            <dd>{format.instant(plan.joined_at, 'date')}</dd>
          </div>
        )}
      </dl>
      {change.isError && (
        <p className="bd-problem" role="alert">
          {tellProblem(change.error)}
        </p>
      )}
      <Button
        block
        size="large"
        color={plan.is_member ? 'default' : 'primary'}
        loading={change.isPending}
        data-testid="plan-change"
        onClick={() => setIsAsking(true)}
      >
        {plan.is_member ? t('plan.leave') : t('plan.join')}
      </Button>
      <Sheet
        isOpen={isAsking}
        onClose={() => setIsAsking(false)}
        title={plan.is_member ? t('plan.leaveSure') : t('plan.joinSure')}
        testId="plan-sheet"
      >
        <p className="bd-lead">
          {plan.name}: {plan.is_member ? t('plan.leaveText') : t('plan.joinText', { price: monthly })}
        </p>
        <div className="bd-sheet-actions">
          <Button size="large" onClick={() => setIsAsking(false)}>
            {t('plan.keep')}
          </Button>
          <Button
            size="large"
            color={plan.is_member ? 'danger' : 'primary'}
            data-testid="plan-confirm"
            onClick={() => {
              setIsAsking(false);
              change.mutate();
            }}
          >
            {plan.is_member ? t('plan.leave') : t('plan.join')}
          </Button>
        </div>
      </Sheet>
    </section>
  );
}
