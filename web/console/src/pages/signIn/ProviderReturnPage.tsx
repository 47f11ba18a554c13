import { Loading } from '@busbar/kit';
import { useMutation } from '@tanstack/react-query';
import { Link, useRouter } from '@tanstack/react-router';
import { Alert, Button } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useProblemText } from '../../parts/useProblemText';
import { signInByProvider } from '../../queries/identity';
import './signIn.css';
import { Door } from './Door';
import { takeNext } from './next';

/** What the provider sent along: used once, and gone from what is shown and kept. */
function takeAnswer() {
  const given = new URLSearchParams(window.location.search);
  const [state, code, iss, error] = ['state', 'code', 'iss', 'error'].map((name) => given.get(name) ?? undefined);
  if (!state) return null;
  window.history.replaceState(window.history.state, '', window.location.pathname);
  return { state, ...(code && { code }), ...(iss && { iss }), ...(error && { error }) };
}

/** Where an identity provider sends the browser back: what it brings is used once, and goes from the address. */
export function ProviderReturnPage() {
  const { t } = useTranslation();
  const [answer] = useState(takeAnswer);
  const { history } = useRouter();
  const problemText = useProblemText();
  const entry = useMutation({ mutationFn: signInByProvider, onSuccess: () => history.replace(takeNext()) });
  const { mutate } = entry;
  const isBegun = useRef(false);
  useEffect(() => {
    document.title = `${t('signIn.title')} · Busbar`;
  }, [t]);
  useEffect(() => {
    if (isBegun.current || !answer) return;
    isBegun.current = true;
    mutate(answer);
  }, [mutate, answer]);
  return (
    <Door title={t('signIn.title')}>
      {entry.isError || !answer ? (
        <>
          <Alert
            type="error"
            showIcon
            title={entry.error ? problemText(entry.error) : t('code.denied.identity_state')}
            data-testid="provider-problem"
          />
          <Link to="/sign-in">
            <Button type="primary" size="large" block data-testid="provider-again">
              {t('entry.back')}
            </Button>
          </Link>
        </>
      ) : (
        <div role="status">
          <p className="bc-soft">{t('signIn.checking')}</p>
          <Loading rows={2} />
        </div>
      )}
    </Door>
  );
}
