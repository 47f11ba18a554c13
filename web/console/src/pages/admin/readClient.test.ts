import { expect, it } from 'vitest';
import { readClient } from './readClient';

it('calls browsers as people do', () => {
  const gecko = 'AppleWebKit/537.36 (KHTML, like Gecko)';
  expect(readClient(`Mozilla/5.0 (X11; Linux x86_64) ${gecko} HeadlessChrome/156.0.0.0 Safari/537.36`)).toBe(
    'Chrome 156 · Linux',
  );
  expect(readClient(`Mozilla/5.0 (Windows NT 10.0) ${gecko} Chrome/150.0 Safari/537.36 Edg/150.0`)).toBe(
    'Edge 150 · Windows',
  );
  expect(
    readClient('Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605 Version/19.0 Mobile Safari/604'),
  ).toBe('Safari 19 · iOS');
  expect(readClient('curl/8.5')).toBe('curl/8.5');
  expect(readClient('')).toBe('–');
});
