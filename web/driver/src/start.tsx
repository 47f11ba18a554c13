import '@busbar/kit/kit.css';
import 'antd-mobile/es/global';
import './driver.css';
import './pages.css';
import { startI18n, type TextLoaders } from '@busbar/kit';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App';
import { startBrand } from './app/brand';
import { listenForInstall } from './app/install';
import { makeRouter } from './app/router';
import { startWorker } from './app/worker';

/** Show the app in the place of the sketch that the page came with. */
export async function start(texts: TextLoaders): Promise<void> {
  const root = document.getElementById('root');
  if (!root) throw new Error('the page has no root element');
  startBrand();
  listenForInstall();
  if (import.meta.env.PROD) startWorker();
  const router = makeRouter();
  await Promise.all([startI18n(texts), router.load()]);
  createRoot(root).render(
    <StrictMode>
      <App router={router} />
    </StrictMode>,
  );
}
