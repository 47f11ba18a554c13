import { palettes } from '@busbar/kit';
import { afterEach, expect, it, vi } from 'vitest';

const brand = {
  operator_id: 'o',
  slug: 'luce',
  name: 'Luce Mobilità',
  short_name: 'Luce',
  accent_light: '#0b5fa5',
  accent_dark: null,
  imprint: '',
  terms: '',
  support_phone: '',
  support_email: '',
  logo_digest: 'abcdef0123456789',
};

afterEach(() => {
  localStorage.clear();
  vi.resetModules();
  vi.unstubAllGlobals();
  window.history.replaceState(null, '', '/app/');
});

async function start(address: string, answer: () => Promise<Response>) {
  window.history.replaceState(null, '', address);
  document.head.innerHTML = '<link rel="manifest" href="/app/manifest.webmanifest"><link rel="icon" href="/x.svg">';
  const asked: Request[] = [];
  vi.stubGlobal('fetch', (request: Request) => {
    asked.push(request);
    return answer();
  });
  const module = await import('./brand');
  module.startBrand();
  await new Promise((done) => setTimeout(done, 0));
  return { asked, module };
}

const hrefOf = (rel: string) => document.querySelector(`link[rel="${rel}"]`)?.getAttribute('href');

it("wears the brand of the operator in the address, and asks everything in that operator's name", async () => {
  const { asked } = await start('/app/?operator=luce', async () => Response.json(brand));
  await vi.waitFor(() => expect(hrefOf('manifest')).toBe('/api/v1/driver/manifest?operator=luce'));
  expect(asked[0]?.headers.get('X-Busbar-Network')).toBe('luce');
  expect(hrefOf('icon')).toBe('/api/v1/driver/brand/logo?operator=luce&v=abcdef012345');
  expect(localStorage.getItem('busbar.driver.network')).toBe('luce');
  expect(JSON.parse(localStorage.getItem('busbar.driver.brand') ?? '')).toEqual(brand);
});

it('looks without a network as it looked last, and takes no name that is none', async () => {
  localStorage.setItem('busbar.driver.brand', JSON.stringify(brand));
  const { asked } = await start('/app/?operator=../x', () => Promise.reject(new TypeError('offline')));
  expect(hrefOf('icon')).toBe('/api/v1/driver/brand/logo?v=abcdef012345');
  expect(asked[0]?.headers.get('X-Busbar-Network')).toBeNull();
  expect(palettes.light.accent).toBeTypeOf('string');
});
