import '@busbar/kit/kit.css';
import 'antd-mobile/es/global';
import './driver.css';
import './pages.css';
import { startI18n } from '@busbar/kit';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App';
import { listenForInstall } from './app/install';
import { makeRouter } from './app/router';
import { startWorker } from './app/worker';

const root = document.getElementById('root');
if (!root) throw new Error('the page has no root element');

listenForInstall();
if (import.meta.env.PROD) startWorker();

const texts = startI18n({
  zh: () => import('./locales/zh.json'),
  en: () => import('./locales/en.json'),
  it: () => import('./locales/it.json'),
});
const router = makeRouter();
// The first page's code comes while its texts do.
await Promise.all([texts, router.load()]);

createRoot(root).render(
  <StrictMode>
    <App router={router} />
  </StrictMode>,
);
