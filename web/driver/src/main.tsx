import '@busbar/kit/kit.css';
import { startI18n, ThemeProvider } from '@busbar/kit';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { useTranslation } from 'react-i18next';

function App() {
  const { t } = useTranslation();
  return <h1>{t('app.name')}</h1>;
}

const root = document.getElementById('root');
if (!root) throw new Error('the page has no root element');

await startI18n({
  zh: () => import('./locales/zh.json'),
  en: () => import('./locales/en.json'),
  it: () => import('./locales/it.json'),
});

createRoot(root).render(
  <StrictMode>
    <ThemeProvider>
      <App />
    </ThemeProvider>
  </StrictMode>,
);
