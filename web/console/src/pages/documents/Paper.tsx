import { useFormat } from '@busbar/kit';
import { useTranslation } from 'react-i18next';
import type { ProfileBody } from '../../queries/invoicing';

/** The charge of the sample: 24.5 kWh and a start fee, in whole minor units with tax. */
const LINES = [
  { kind: 'energy', quantity: 24.5, unit: 'kWh', gross: 1_446 },
  { kind: 'flat', quantity: 1, unit: '', gross: 35 },
] as const;
const USUAL_PERCENT = 22;
const HUNDRED = 100;

/** The tax of energy by the profile's rules. */
function percentOf(rules: ProfileBody['tax_rules']): number {
  const fitting = rules.filter(({ site_id: site, kind }) => !site && (!kind || kind === 'energy'));
  const rule = fitting.find(({ kind }) => kind === 'energy') ?? fitting[0];
  return rule ? Number(rule.percent) : USUAL_PERCENT;
}

/** How documents look, while the profile is being written; in the document's own language. */
export function Paper({ profile, currency }: { profile: ProfileBody; currency: string }) {
  const { i18n } = useTranslation();
  const format = useFormat();
  const t = i18n.getFixedT(profile.language ?? 'en', 'app');
  const { seller, color, logo_png: logo, footer, invoice_prefix: prefix, due_days: dueDays } = profile;
  const percent = percentOf(profile.tax_rules ?? []);
  const lines = LINES.map((line) => ({ ...line, net: Math.round(line.gross / (1 + percent / HUNDRED)) }));
  const gross = lines.reduce((sum, line) => sum + line.gross, 0);
  const net = lines.reduce((sum, line) => sum + line.net, 0);
  const money = (amount: number) => format.money(amount, currency);
  const address = [
    seller.street,
    [seller.postcode, seller.city, seller.province].filter(Boolean).join(' '),
    seller.country,
  ];
  return (
    <article className="bc-paper" style={{ ['--paper-color' as string]: color }} data-testid="paper" data-verbatim>
      <header>
        <div>
          {logo && <img src={`data:image/png;base64,${logo}`} alt="" />}
          <b>{seller.name || '…'}</b>
          {address.filter(Boolean).map((line) => (
            <span key={line}>{line}</span>
          ))}
          {seller.vat_id && <span>{`${t('party.vat_id')} ${seller.vat_id}`}</span>}
        </div>
        <div className="bc-paper-title">
          <strong>{t('documentKind.invoice')}</strong>
          <span>{`${prefix}${new Date().getFullYear()}-000001`}</span>
          <span>{format.instant(new Date().toISOString(), 'date')}</span>
        </div>
      </header>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('document.item')}</th>
            <th scope="col">{t('document.quantity')}</th>
            <th scope="col">{t('document.tax')}</th>
            <th scope="col">{t('document.gross')}</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.kind}>
              <td>{t(`price.kind.${line.kind}`)}</td>
              <td>{`${format.number(line.quantity, 1)} ${line.unit}`}</td>
              <td>{`${format.number(percent, 1)} %`}</td>
              <td>{money(line.gross)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <dl>
        <dt>{t('document.net')}</dt>
        <dd>{money(net)}</dd>
        <dt>{t('document.tax')}</dt>
        <dd>{money(gross - net)}</dd>
        <dt>{t('document.gross')}</dt>
        <dd>{money(gross)}</dd>
        <dt>{t('document.due')}</dt>
        <dd>{format.instant(Date.now() + (dueDays ?? 0) * 86_400_000, 'date')}</dd>
      </dl>
      {(seller.iban || seller.bank) && <p>{[seller.bank, seller.iban].filter(Boolean).join(' · ')}</p>}
      {footer && <footer>{footer}</footer>}
    </article>
  );
}
