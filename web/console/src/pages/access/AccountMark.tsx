import { Mark, type Shape, type Tone } from '@busbar/kit';
import { useTranslation } from 'react-i18next';

type Status = 'active' | 'blocked' | 'erased';

const looks: Record<Status, { tone: Tone; shape: Shape }> = {
  active: { tone: 'good', shape: 'check' },
  blocked: { tone: 'bad', shape: 'cross' },
  erased: { tone: 'idle', shape: 'slash' },
};

/** Whether a person may sign in and charge. */
export function AccountMark({ status }: { status: Status }) {
  const { t } = useTranslation();
  return <Mark {...looks[status]}>{t(`account.status.${status}`)}</Mark>;
}
