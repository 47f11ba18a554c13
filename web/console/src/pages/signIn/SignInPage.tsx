import { KeyOutlined } from '@ant-design/icons';
import { describeProblem, useSessionState } from '@busbar/kit';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useRouter } from '@tanstack/react-router';
import { Alert, Button, Form, Input } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { session } from '../../app/server';
import { useProblemText } from '../../parts/useProblemText';
import { entryWays } from '../../queries/entry';
import { hasPasskeys } from '../../queries/factors';
import { signIn, signInByPasskey } from '../../queries/me';
import './signIn.css';
import { Door } from './Door';
import { safePlace } from './next';
import { ProviderEntry } from './ProviderEntry';

const route = getRouteApi('/sign-in');

export function SignInPage() {
  const { t } = useTranslation();
  const { next, operator } = route.useSearch();
  const { history } = useRouter();
  const { reason } = useSessionState(session);
  const problemText = useProblemText();
  const enter = () => history.replace(safePlace(next));
  const entry = useMutation({ mutationFn: signIn, onSuccess: enter });
  const passkey = useMutation({ mutationFn: signInByPasskey, onSuccess: enter });
  const { data: ways } = useQuery(entryWays(operator));
  const [needsCode, setNeedsCode] = useState(false);
  const problem = entry.isError ? describeProblem(entry.error) : null;
  const asksCode = problem?.code === 'denied.second_factor' && problem.facts.method === 'totp';
  const failure = [entry.error, passkey.error].find((error) => error && !(error instanceof DOMException));
  useEffect(() => {
    if (asksCode) setNeedsCode(true);
  }, [asksCode]);

  useEffect(() => {
    document.title = `${t('signIn.title')} · Busbar`;
  }, [t]);

  return (
    <Door title={t('signIn.title')}>
      {reason === 'expired' && !failure && <Alert type="info" showIcon title={t('signIn.expired')} />}
      {asksCode && <Alert type="info" showIcon title={t('signIn.giveCode')} />}
      {failure && !asksCode && (
        <Alert type="error" showIcon title={problemText(failure)} data-testid="sign-in-problem" />
      )}
      <Form
        layout="vertical"
        requiredMark={false}
        onFinish={(values: { email: string; password: string; code?: string }) => {
          passkey.reset();
          entry.mutate(values);
        }}
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
        {needsCode && (
          <Form.Item
            name="code"
            label={t('factor.code')}
            extra={t('signIn.codeHint')}
            rules={[{ required: true, message: t('form.required') }]}
          >
            <Input size="large" autoComplete="one-time-code" autoFocus maxLength={20} data-testid="sign-in-code" />
          </Form.Item>
        )}
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
      {ways?.can_reset && (
        <p className="bc-door-way">
          <Link to="/password" className="bc-link" data-testid="to-password">
            {t('entry.forgot')}
          </Link>
        </p>
      )}
      {hasPasskeys() && (
        <Button
          size="large"
          block
          icon={<KeyOutlined />}
          loading={passkey.isPending}
          data-testid="sign-in-passkey"
          style={{ marginTop: 12 }}
          onClick={() => {
            entry.reset();
            passkey.mutate();
          }}
        >
          {t('signIn.passkey')}
        </Button>
      )}
      <ProviderEntry operator={operator} next={next} />
    </Door>
  );
}
