import { logoAddress, useBrand } from '../app/brand';

/** The sign of the operator; of one without a logo, Busbar's: the copper bar, and the circuits that hang from it. */
export function Brand({ size = 24 }: { size?: number }) {
  const brand = useBrand();
  const logo = brand && logoAddress(brand);
  if (logo) return <img className="bd-logo" src={logo} alt="" width={size} height={size} />;
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      <rect x="2" y="4" width="20" height="5" rx="1.6" fill="var(--bb-accent)" />
      <g stroke="var(--bb-ink)" strokeWidth="2" strokeLinecap="round" fill="none">
        <path d="M6 9v6M12 9v10M18 9v4" />
      </g>
      <g fill="var(--bb-ink)">
        <circle cx="6" cy="16.5" r="2" />
        <circle cx="12" cy="20.5" r="2" />
        <circle cx="18" cy="14.5" r="2" />
      </g>
    </svg>
  );
}
