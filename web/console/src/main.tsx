import '@busbar/kit/kit.css';
import './console.css';
import './pages.css';
import { reloadOnUpdate, startI18n } from '@busbar/kit';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App';
import { makeRouter } from './app/router';

const root = document.getElementById('root');
if (!root) throw new Error('the page has no root element');

reloadOnUpdate();
await startI18n({
  zh: () => import('./locales/zh.json'),
  en: () => import('./locales/en.json'),
  it: () => import('./locales/it.json'),
});

createRoot(root).render(
  <StrictMode>
    <App router={makeRouter()} />
  </StrictMode>,
);
