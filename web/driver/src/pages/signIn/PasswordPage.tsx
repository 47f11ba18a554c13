import { useMutation } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import Button from 'antd-mobile/es/components/button';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Brand } from '../../parts/Brand';
import { Field } from '../../parts/Field';
import { PageHead } from '../../parts/PageHead';
import { PASSWORD_MIN, PasswordField } from '../../parts/PasswordField';
import { useProblemText } from '../../parts/useProblemText';
import { askPassword, setPassword } from '../../queries/me';
import './signIn.css';

const route = getRouteApi('/password');

/** Take the secret of a link from the address: it stays in memory, and goes from what is shown and kept. */
function takeLink(): string {
  const link = window.location.hash.slice(1);
  if (link) window.history.replaceState(window.history.state, '', window.location.pathname);
  return link;
}

interface EntryProps {
  text: string;
  done: string;
  action: string;
  mutation: { mutate: () => void; isPending: boolean; isSuccess: boolean; error: unknown };
  children: ReactNode;
}

/** One field and one deed; then what came of it. */
function Entry({ text, done, action, mutation, children }: EntryProps) {
  const { t } = useTranslation();
  const tellProblem = useProblemText();
  if (mutation.isSuccess)
    return (
      <p className="bd-note" role="status" data-testid="password-done">
        {done}
      </p>
    );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        mutation.mutate();
      }}
    >
      <p>{text}</p>
      {children}
      {mutation.error !== null && (
        <p className="bd-problem" role="alert" data-testid="password-problem">
          {tellProblem(mutation.error)}
        </p>
      )}
      <Button
        block
        type="submit"
        color="primary"
        size="large"
        className="bd-main-button"
        loading={mutation.isPending}
        loadingText={t('signIn.waiting')}
        data-testid="password-submit"
      >
        {action}
      </Button>
    </form>
  );
}

function Ask() {
  const { t } = useTranslation();
  const { email: known } = route.useSearch();
  const [email, setEmail] = useState(known ?? '');
  const ask = useMutation({ mutationFn: () => askPassword(email) });
  return (
    <Entry text={t('entry.askText')} done={t('entry.asked')} action={t('entry.ask')} mutation={ask}>
      <Field
        label={t('signIn.email')}
        name="email"
        type="email"
        value={email}
        onChange={setEmail}
        autoComplete="username"
        maxLength={254}
        required
        testId="email"
      />
    </Entry>
  );
}

function SetNew({ link }: { link: string }) {
  const { t } = useTranslation();
  const [password, setChosen] = useState('');
  const set = useMutation({ mutationFn: () => setPassword(link, password) });
  return (
    <Entry text={t('entry.setText')} done={t('entry.done')} action={t('entry.set')} mutation={set}>
      <PasswordField
        label={t('account.newPassword')}
        value={password}
        onChange={setChosen}
        isNew
        hint={t('signIn.passwordHint', { count: PASSWORD_MIN })}
        testId="password"
      />
    </Entry>
  );
}

/** Set a password by the link of a letter; without one, ask for such a letter. */
export function PasswordPage() {
  const { t } = useTranslation();
  const [link] = useState(takeLink);
  return (
    <>
      <PageHead title={link ? t('entry.setTitle') : t('entry.askTitle')} />
      <main className="bd-page bd-sign-in">
        <Brand size={44} />
        {link ? <SetNew link={link} /> : <Ask />}
        <p className="bd-sign-in-way">
          <Link to="/sign-in" search={{ mode: 'in' }} data-testid="to-sign-in">
            {t('entry.back')}
          </Link>
        </p>
      </main>
    </>
  );
}
