import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { readPushState, turnPushOff, turnPushOn } from '../../app/push';
import { Icon, type IconName } from '../../parts/Icon';
import { tellNotice } from '../../parts/notices';
import { useProblemText } from '../../parts/useProblemText';
import { WalletRow } from './WalletRow';

const rows: { to: '/vehicles' | '/cards' | '/reservations' | '/reports'; icon: IconName; textKey: string }[] = [
  { to: '/vehicles', icon: 'car', textKey: 'vehicle.title' },
  { to: '/cards', icon: 'card', textKey: 'card.title' },
  { to: '/reservations', icon: 'clock', textKey: 'reservation.title' },
  { to: '/reports', icon: 'flag', textKey: 'report.title' },
];

/** Whether this phone is told what happens to a charge while the app is closed. */
function PushRow() {
  const { t } = useTranslation();
  const tellProblem = useProblemText();
  const client = useQueryClient();
  const { data: state } = useQuery({ queryKey: ['push'], queryFn: readPushState, meta: { isPersonal: true } });
  const change = useMutation({
    mutationFn: () => (state === 'on' ? turnPushOff() : turnPushOn()),
    onError: (error) => tellNotice(tellProblem(error)),
    onSettled: () => client.invalidateQueries({ queryKey: ['push'] }),
  });
  if (!state) return null;
  return (
    <label className="bd-switch-row bd-push" data-testid="push" data-state={state}>
      <Icon name="bell" />
      <span>
        {t('push.title')}
        <small>{t(`push.${state}`)}</small>
      </span>
      <input
        type="checkbox"
        className="bd-switch"
        checked={state === 'on'}
        disabled={state === 'unsupported' || state === 'denied' || change.isPending}
        data-testid="push-switch"
        onChange={() => change.mutate()}
      />
    </label>
  );
}

/** What a driver has here: money, vehicles, cards, reports, and notices. */
export function Things() {
  const { t } = useTranslation();
  return (
    <section className="bd-card bd-rows bd-things">
      <WalletRow />
      {rows.map(({ to, icon, textKey }) => (
        <Link key={to} to={to} className="bd-row" data-testid={`to-${to.slice(1)}`}>
          <Icon name={icon} />
          <span>{t(textKey)}</span>
          <Icon name="forward" size={20} />
        </Link>
      ))}
      <PushRow />
    </section>
  );
}
