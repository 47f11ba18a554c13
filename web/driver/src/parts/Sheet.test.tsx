import { render } from '@testing-library/react';
import { expect, it, vi } from 'vitest';
import { renderApp } from '../testing/renderApp';
import { serve } from '../testing/server';
import { Sheet } from './Sheet';

it('is closed before it leaves the page, for the focus to go back, and tells nobody of that', async () => {
  serve({});
  await renderApp('/account'); // its texts
  const wasInPage: boolean[] = [];
  const close = HTMLDialogElement.prototype.close;
  vi.spyOn(HTMLDialogElement.prototype, 'close').mockImplementation(function (this: HTMLDialogElement) {
    wasInPage.push(this.isConnected);
    close.call(this);
  });
  const onClose = vi.fn();
  const sheet = (
    <Sheet isOpen onClose={onClose} title="Name">
      <input />
    </Sheet>
  );
  render(sheet).unmount();
  expect(wasInPage).toEqual([true]);
  expect(onClose).not.toHaveBeenCalled();
});
