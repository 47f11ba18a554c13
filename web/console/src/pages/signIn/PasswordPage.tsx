import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Alert, Button, Form, Input } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useProblemText } from '../../parts/useProblemText';
import { askPassword, entryWays, setPassword } from '../../queries/entry';
import './signIn.css';
import { Door } from './Door';

/** The shortest password that the server takes for people. */
const PASSWORD_MIN = 8;

/** Take the secret of a link from the address: it stays in memory, and goes from what is shown and kept. */
function takeLink(): string {
  const link = window.location.hash.slice(1);
  if (link) window.history.replaceState(window.history.state, '', window.location.pathname);
  return link;
}

function AskForm() {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const ask = useMutation({ mutationFn: askPassword });
  const { data: ways } = useQuery(entryWays());
  if (ways && !ways.can_reset) return <Alert type="info" showIcon title={t('entry.mailOff')} />;
  if (ask.isSuccess)
    return <Alert type="success" showIcon title={t('entry.asked')} description={t('entry.askedText')} role="status" />;
  return (
    <>
      <p className="bc-soft">{t('entry.askText')}</p>
      {ask.isError && <Alert type="error" showIcon title={problemText(ask.error)} data-testid="forgot-problem" />}
      <Form layout="vertical" requiredMark={false} onFinish={({ email }: { email: string }) => ask.mutate(email)}>
        <Form.Item
          name="email"
          label={t('signIn.email')}
          rules={[{ required: true, type: 'email', message: t('form.email') }]}
        >
          <Input type="email" size="large" autoComplete="username" autoFocus data-testid="forgot-email" />
        </Form.Item>
        <Button type="primary" size="large" block htmlType="submit" loading={ask.isPending} data-testid="forgot-submit">
          {t('entry.ask')}
        </Button>
      </Form>
    </>
  );
}

interface Values {
  password: string;
  again: string;
}

function SetForm({ link }: { link: string }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const set = useMutation({ mutationFn: (password: string) => setPassword(link, password) });
  if (set.isSuccess) return <Alert type="success" showIcon title={t('entry.done')} role="status" />;
  return (
    <>
      <p className="bc-soft">{t('entry.setText')}</p>
      {set.isError && <Alert type="error" showIcon title={problemText(set.error)} data-testid="password-problem" />}
      <Form<Values> layout="vertical" requiredMark={false} onFinish={({ password }) => set.mutate(password)}>
        <Form.Item
          name="password"
          label={t('account.newPassword')}
          rules={[{ required: true, min: PASSWORD_MIN, message: t('account.passwordRule', { count: PASSWORD_MIN }) }]}
        >
          <Input.Password size="large" autoComplete="new-password" autoFocus data-testid="password-new" />
        </Form.Item>
        <Form.Item
          name="again"
          label={t('account.again')}
          dependencies={['password']}
          rules={[
            ({ getFieldValue }) => ({
              validator: (_rule, value) =>
                value === getFieldValue('password')
                  ? Promise.resolve()
                  : Promise.reject(new Error(t('account.notSame'))),
            }),
          ]}
        >
          <Input.Password size="large" autoComplete="new-password" data-testid="password-again" />
        </Form.Item>
        <Button
          type="primary"
          size="large"
          block
          htmlType="submit"
          loading={set.isPending}
          data-testid="password-submit"
        >
          {t('entry.set')}
        </Button>
      </Form>
    </>
  );
}

/** Set a password by the link of a letter; without one, ask for such a letter. */
export function PasswordPage() {
  const { t } = useTranslation();
  const [link] = useState(takeLink);
  const title = link ? t('entry.setTitle') : t('entry.askTitle');
  useEffect(() => {
    document.title = `${title} · Busbar`;
  }, [title]);
  return (
    <Door title={title}>
      {link ? <SetForm link={link} /> : <AskForm />}
      <p className="bc-door-way">
        <Link to="/sign-in" className="bc-link" data-testid="to-sign-in">
          {t('entry.back')}
        </Link>
      </p>
    </Door>
  );
}
