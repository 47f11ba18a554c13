import { Glyph } from '@busbar/kit';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { readGuest } from '../app/kept';
import { Icon } from './Icon';

/** The way back to a charge that was paid for here without an account. */
export function GuestCharge() {
  const { t } = useTranslation();
  const link = readGuest();
  if (!link) return null;
  return (
    <Link to="/guest/$link" params={{ link }} className="bd-strip bd-strip-active" data-testid="guest-charge">
      <span className="bb-mark" data-tone="flow">
        <Glyph shape="bolt" />
      </span>
      <span className="bd-strip-name">{t('guest.yours')}</span>
      <Icon name="forward" size={20} />
    </Link>
  );
}
