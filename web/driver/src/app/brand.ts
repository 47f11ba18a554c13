import { type Schemas, take } from '@busbar/client';
import { tintPalettes } from '@busbar/kit';
import { useSyncExternalStore } from 'react';
import { api, network } from './server';

export type AppBrand = Schemas['PublicBrand'];

const KEY = 'busbar.driver.brand';
const listeners = new Set<() => void>();
let worn: AppBrand | null = null;

function readKept(): AppBrand | null {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? 'null');
    return typeof kept === 'object' && kept !== null && 'name' in kept ? (kept as AppBrand) : null;
  } catch {
    return null; // not written by us
  }
}

function withNetwork(address: string, more: Record<string, string> = {}): string {
  const query = new URLSearchParams({ ...(network && { operator: network }), ...more }).toString();
  return query ? `${address}?${query}` : address;
}

/** Where an operator's logo is; null: it has none. */
export function logoAddress({ logo_digest: digest }: AppBrand): string | null {
  return digest === null ? null : withNetwork('/api/v1/driver/brand/logo', { v: digest.slice(0, 12) });
}

/** Take an operator's colours, name and icons on. */
function wear(brand: AppBrand): void {
  worn = brand;
  tintPalettes({ light: brand.accent_light, dark: brand.accent_dark });
  const point = (selector: string, address: string) => {
    for (const link of document.querySelectorAll<HTMLLinkElement>(selector)) link.href = address;
  };
  point('link[rel="manifest"]', withNetwork('/api/v1/driver/manifest'));
  document
    .querySelector('meta[name="apple-mobile-web-app-title"]')
    ?.setAttribute('content', brand.short_name || brand.name);
  const logo = logoAddress(brand);
  if (logo) point('link[rel="icon"], link[rel="apple-touch-icon"]', logo);
  for (const listener of listeners) listener();
}

/** Look as one looked last, at once and without a network; then as the server says. */
export function startBrand(): void {
  const kept = readKept();
  if (kept) wear(kept);
  take(api.GET('/api/v1/driver/brand')).then(
    (brand) => {
      localStorage.setItem(KEY, JSON.stringify(brand));
      if (JSON.stringify(brand) !== JSON.stringify(kept)) wear(brand);
    },
    () => undefined, // no network: what was kept stays
  );
}

/** What the app calls itself before it has heard whose it is. */
const OWN_NAME = 'Busbar';

/** Whose app this is; null until the server has told it once. */
export function useBrand(): AppBrand | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => worn,
  );
}

/** The name under which the app shows itself. */
export function useBrandName(): string {
  return useBrand()?.name || OWN_NAME;
}
