import { CloseOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useTell } from '../../parts/useTell';
import { useOperator, useUpdateOperator } from '../../queries/factors';
import { useMe, usePermits } from '../../queries/me';
import { useIsSettled } from '../../queries/settlement';
import { isAnotherClock } from './isAnotherClock';

/** What an installation begins with, whoever runs it. */
const BEGUN_WITH = 'UTC';
const keptKey = (operatorId: string) => `busbar.console.utc.${operatorId}`;

interface OfferProps {
  operatorId: string;
  /** That of this computer. */
  zone: string;
}

function Offer({ operatorId, zone }: OfferProps) {
  const { t } = useTranslation();
  const tell = useTell();
  const client = useQueryClient();
  const update = useUpdateOperator();
  const saying = useId();
  const [isKept, setKept] = useState(() => localStorage.getItem(keptKey(operatorId)) !== null);
  if (isKept) return null;
  const keep = () => {
    localStorage.setItem(keptKey(operatorId), 'yes');
    setKept(true);
  };
  const set = () =>
    update.mutate(
      { operatorId, body: { time_zone: zone } },
      {
        onSuccess: () => {
          tell.done(t('overview.clockSet', { zone }));
          void client.invalidateQueries({ queryKey: ['overview'] });
        },
        onError: tell.problem,
      },
    );
  return (
    <section className="bc-own-clock" aria-labelledby={saying} data-testid="own-clock">
      <p id={saying}>
        {t('overview.clock', { zone })} <span className="bc-soft">{t('overview.clockText')}</span>
      </p>
      <span className="bc-own-clock-deeds">
        <Button type="primary" loading={update.isPending} onClick={set} data-testid="own-clock-set">
          {t('overview.clockDo', { zone })}
        </Button>
        <Button type="text" icon={<CloseOutlined />} aria-label={t('overview.clockKeep')} onClick={keep} />
      </span>
    </section>
  );
}

/**
 * Offers a new operator the clocks of who sets it up: days, months and reports begin by them. Not where a period is settled:
 * the next one would begin within it.
 */
export function OwnClock() {
  const permits = usePermits();
  const mayChange = permits('manage_staff') && permits('read_money');
  const { data: me } = useMe();
  const { data: operator } = useOperator(mayChange ? me?.operator_id : undefined);
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const isBegun = operator?.time_zone === BEGUN_WITH && isAnotherClock(zone, BEGUN_WITH);
  const isSettled = useIsSettled(isBegun);
  if (!isBegun || isSettled !== false) return null;
  return <Offer key={operator.operator_id} operatorId={operator.operator_id} zone={zone} />;
}
