import { expect, it } from 'vitest';
import { nameClient } from './client';

it('recognises browsers by their own words', () => {
  const names: [string, string | null][] = [
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18.1 Mobile Safari/604.1', 'Safari · iOS'],
    [
      'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/131.0 Mobile Safari/537.36',
      'Chrome · Android',
    ],
    ['Mozilla/5.0 (Windows NT 10.0) Chrome/131.0 Safari/537.36 Edg/131.0', 'Edge · Windows'],
    ['Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0', '微信 WeChat · Android'],
    ['curl/8.0', null],
    ['', null],
  ];
  for (const [words, name] of names) expect(nameClient(words)).toBe(name);
});
