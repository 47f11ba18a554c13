import '@busbar/kit/kit.css';
import 'antd-mobile/es/global';
import './driver.css';
import './pages.css';
import { startI18n, type TextLoaders } from '@busbar/kit';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App';
import { startBrand } from './app/brand';
import { listQuestions } from './app/early';
import { listenForInstall } from './app/install';
import { queryClient } from './app/queryClient';
import { makeRouter } from './app/router';
import { startWorker } from './app/worker';
import { networkQuery } from './queries/network';
import { nearbyQuery } from './queries/stations';

/** So long the first page waits for its stations, whose answers are mostly here before the code is: it is drawn once. */
const WAIT_MILLIS = 400;

/** Take up what was asked early, for the page of stations nearby. */
async function readFirst(): Promise<void> {
  if (listQuestions(window.location).length < 2) return;
  const read = Promise.all([queryClient.prefetchQuery(nearbyQuery(null, {})), queryClient.prefetchQuery(networkQuery)]);
  await Promise.race([read, new Promise((resolve) => setTimeout(resolve, WAIT_MILLIS))]);
}

/** Show the app in the place of the sketch that the page came with. */
export async function start(texts: TextLoaders): Promise<void> {
  const root = document.getElementById('root');
  if (!root) throw new Error('the page has no root element');
  startBrand();
  listenForInstall();
  if (import.meta.env.PROD) startWorker();
  const router = makeRouter();
  await Promise.all([startI18n(texts), router.load(), readFirst()]);
  createRoot(root).render(
    <StrictMode>
      <App router={router} />
    </StrictMode>,
  );
}
