import { useSessionState } from '@busbar/kit';
import { useMutation } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { Alert, Button, Form, Input } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { LanguageMenu, ThemeMenu } from '../../app/Shell';
import { session } from '../../app/server';
import { Brand } from '../../parts/Brand';
import { useProblemText } from '../../parts/useProblemText';
import { signIn } from '../../queries/me';
import './signIn.css';

const route = getRouteApi('/sign-in');

/** Only a place of this application may be gone to after signing in. */
function safePlace(next: string | undefined): string {
  return next?.startsWith('/') && !next.startsWith('//') && !next.includes('\\') ? next : '/';
}

export function SignInPage() {
  const { t } = useTranslation();
  const { next } = route.useSearch();
  const { history } = useRouter();
  const { reason } = useSessionState(session);
  const problemText = useProblemText();
  const entry = useMutation({
    mutationFn: signIn,
    onSuccess: () => history.replace(safePlace(next)),
  });

  useEffect(() => {
    document.title = `${t('signIn.title')} · Busbar`;
  }, [t]);

  return (
    <div className="bc-door">
      <header>
        <LanguageMenu />
        <ThemeMenu />
      </header>
      <div className="bc-door-bar" aria-hidden="true" />
      <main className="bc-door-card">
        <div className="bc-door-brand">
          <Brand size={30} />
          <span>Busbar</span>
        </div>
        <h1>{t('signIn.title')}</h1>
        {reason === 'expired' && !entry.isError && <Alert type="info" showIcon title={t('signIn.expired')} />}
        {entry.isError && (
          <Alert type="error" showIcon title={problemText(entry.error)} data-testid="sign-in-problem" />
        )}
        <Form
          layout="vertical"
          requiredMark={false}
          onFinish={(values: { email: string; password: string }) => entry.mutate(values)}
        >
          <Form.Item name="email" label={t('signIn.email')} rules={[{ required: true, message: t('form.required') }]}>
            <Input type="email" size="large" autoComplete="username" autoFocus data-testid="sign-in-email" />
          </Form.Item>
          <Form.Item
            name="password"
            label={t('signIn.password')}
            rules={[{ required: true, message: t('form.required') }]}
          >
            <Input.Password size="large" autoComplete="current-password" data-testid="sign-in-password" />
          </Form.Item>
          <Button
            type="primary"
            size="large"
            block
            htmlType="submit"
            loading={entry.isPending}
            data-testid="sign-in-submit"
          >
            {t('signIn.enter')}
          </Button>
        </Form>
      </main>
    </div>
  );
}
