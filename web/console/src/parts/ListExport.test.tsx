import { startI18n } from '@busbar/kit';
import { fireEvent, render, screen } from '@testing-library/react';
import { App } from 'antd';
import { expect, it, vi } from 'vitest';
import { ListExport } from './ListExport';

const { saveSheet } = vi.hoisted(() => ({ saveSheet: vi.fn() }));
vi.mock('@busbar/kit/export', () => ({ saveSheet }));

it('says when a file does not hold the whole list', async () => {
  await startI18n({ en: () => import('../locales/en.json') } as never, 'en');
  const items = Array.from({ length: 100_001 }, (_, index) => index);
  const read = async () => ({ items, next_cursor: null });
  render(
    <App>
      <ListExport name="numbers" title="Numbers" fields={[['Number', (row: number) => row]]} read={read} />
    </App>,
  );
  fireEvent.click(screen.getByTestId('export-open'));
  fireEvent.click(await screen.findByTestId('export-csv'));
  expect(await screen.findByText(/^Only the first 100[,\s]?000 rows were exported/)).toBeTruthy();
  expect(saveSheet.mock.lastCall?.[0].rows).toHaveLength(100_000);
});
