import { contrastRatio, type LookName, tintedPalette } from '@busbar/kit';
import type { CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import { Brand } from '../../parts/Brand';
import './appPreview.css';

interface AppPreviewProps {
  look: Extract<LookName, 'light' | 'dark'>;
  name: string;
  accent: string | null;
  logo: string | null;
}

/** A phone with the operator's app, as it looks with these colours and this logo. */
export function AppPreview({ look, name, accent, logo }: AppPreviewProps) {
  const { t } = useTranslation();
  const palette = tintedPalette(look, accent);
  const ratio = contrastRatio(palette.accent, palette.ground);
  // The sign of Busbar is drawn in the colours around it: here those of the phone.
  const colours: object = { '--bb-accent': palette.accent, '--bb-ink': palette.ink };
  const phone: CSSProperties = { background: palette.ground, color: palette.ink, ...colours };
  return (
    <figure className="bc-app-preview" data-testid={`preview-${look}`}>
      <div className="bc-app-phone" style={phone} aria-hidden="true">
        <header>
          {logo ? <img src={logo} alt="" width={28} height={28} /> : <Brand />}
          <strong>{name}</strong>
        </header>
        <section style={{ background: palette.surface, borderColor: palette.line }}>
          <i style={{ background: palette.accent }} />
          <span>
            {t('appBrand.sampleStation')}
            <small style={{ color: palette.inkSoft }}>22 kW</small>
          </span>
          <b style={{ color: palette.accent }}>{t('appBrand.sampleFree')}</b>
        </section>
        <p style={{ background: palette.accentWash, color: palette.accent }}>{t('appBrand.sampleNote')}</p>
        <div style={{ background: palette.accent, color: palette.onAccent }}>{t('appBrand.sampleStart')}</div>
      </div>
      <figcaption>
        {t(`appBrand.look.${look}`)}
        <small>{t('appBrand.contrast', { ratio: ratio.toFixed(1) })}</small>
      </figcaption>
    </figure>
  );
}
