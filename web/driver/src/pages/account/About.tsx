import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useBrand } from '../../app/brand';
import { Icon } from '../../parts/Icon';
import { Sheet } from '../../parts/Sheet';

/** Whose app this is, and how to reach them. Nothing where the operator says nothing. */
export function About() {
  const { t } = useTranslation();
  const brand = useBrand();
  const [isOpen, setOpen] = useState<'imprint' | 'terms' | null>(null);
  if (!brand) return null;
  const { support_phone: phone, support_email: email } = brand;
  const texts = (['terms', 'imprint'] as const).filter((name) => brand[name]);
  if (!phone && !email && texts.length === 0) return null;
  return (
    <section className="bd-card bd-rows" data-testid="about">
      {phone && (
        <a className="bd-row" href={`tel:${phone.replaceAll(/[^+\d]/g, '')}`} data-testid="support-phone">
          <Icon name="device" />
          <span data-verbatim>{t('about.phone', { phone })}</span>
        </a>
      )}
      {email && (
        <a className="bd-row" href={`mailto:${email}`} data-testid="support-email">
          <Icon name="share" />
          <span data-verbatim>{t('about.email', { email })}</span>
        </a>
      )}
      {texts.map((name) => (
        <button key={name} type="button" className="bd-row" data-testid={name} onClick={() => setOpen(name)}>
          <Icon name="info" />
          <span>{t(`about.${name}`)}</span>
          <Icon name="forward" size={20} />
        </button>
      ))}
      <Sheet isOpen={isOpen !== null} onClose={() => setOpen(null)} title={isOpen ? t(`about.${isOpen}`) : ''}>
        <p className="bd-plain-text" data-verbatim data-testid="about-text">
          {isOpen && brand[isOpen]}
        </p>
      </Sheet>
    </section>
  );
}
