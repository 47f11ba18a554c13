import { currentLanguage, describeProblem, useSessionState } from '@busbar/kit';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useRouter } from '@tanstack/react-router';
import Button from 'antd-mobile/es/components/button';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { session } from '../../app/server';
import { Brand } from '../../parts/Brand';
import { Field } from '../../parts/Field';
import { PageHead } from '../../parts/PageHead';
import { PASSWORD_MIN, PasswordField } from '../../parts/PasswordField';
import { Segmented } from '../../parts/Segmented';
import { useProblemText } from '../../parts/useProblemText';
import { signIn, signUp } from '../../queries/me';
import { networkQuery } from '../../queries/network';
import './signIn.css';

const route = getRouteApi('/sign-in');

/** Become a driver, or come back as one; then on to where one wanted to go. */
export function SignInPage() {
  const { t } = useTranslation();
  const tellProblem = useProblemText();
  const { next, mode } = route.useSearch();
  const navigate = route.useNavigate();
  const router = useRouter();
  const { reason } = useSessionState(session);
  const [email, setEmail] = useState('');
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const isNew = mode !== 'in';
  const { data: network } = useQuery(networkQuery);

  const enter = useMutation({
    mutationFn: () =>
      isNew ? signUp({ email, password, display_name: name, language: currentLanguage() }) : signIn(email, password),
    onSuccess: () => router.history.replace(`/app${next ?? '/'}`),
  });
  const problem = enter.error && describeProblem(enter.error);
  const fieldProblem = (field: string) => (problem?.fields[`body.${field}`] ? t(`signIn.refused.${field}`) : undefined);

  function choose(wantsNew: boolean) {
    enter.reset();
    void navigate({ search: { ...(next && { next }), ...(!wantsNew && { mode: 'in' as const }) }, replace: true });
  }

  return (
    <>
      <PageHead title={isNew ? t('signIn.titleNew') : t('signIn.title')} />
      <main className="bd-page bd-sign-in">
        <Brand size={44} />
        {reason === 'expired' && <p className="bd-note">{t('signIn.expired')}</p>}
        {next?.startsWith('/s/') && <p className="bd-note">{t('signIn.forStart')}</p>}
        <Segmented
          legend={t('signIn.which')}
          isLegendHidden
          value={isNew ? 'new' : 'known'}
          segments={[
            { value: 'new', label: t('signIn.iAmNew'), testId: 'mode-sign-up' },
            { value: 'known', label: t('signIn.iHave'), testId: 'mode-sign-in' },
          ]}
          onChange={(value) => choose(value === 'new')}
        />
        <form
          onSubmit={(event) => {
            event.preventDefault();
            enter.mutate();
          }}
        >
          {isNew && (
            <Field
              label={t('signIn.name')}
              name="name"
              value={name}
              onChange={setName}
              autoComplete="name"
              maxLength={120}
              required
              problem={fieldProblem('display_name')}
              testId="name"
            />
          )}
          <Field
            label={t('signIn.email')}
            name="email"
            type="email"
            value={email}
            onChange={setEmail}
            autoComplete="username"
            maxLength={254}
            required
            problem={fieldProblem('email')}
            testId="email"
          />
          <PasswordField
            label={t('signIn.password')}
            value={password}
            onChange={setPassword}
            isNew={isNew}
            hint={isNew ? t('signIn.passwordHint', { count: PASSWORD_MIN }) : undefined}
            problem={fieldProblem('password')}
            testId="password"
          />
          {enter.isError && (
            <p className="bd-problem" role="alert" data-testid="sign-in-problem">
              {tellProblem(enter.error)}
            </p>
          )}
          <Button
            block
            type="submit"
            color="primary"
            size="large"
            className="bd-main-button"
            loading={enter.isPending}
            loadingText={t('signIn.waiting')}
            data-testid="sign-in-submit"
          >
            {isNew ? t('signIn.create') : t('signIn.enter')}
          </Button>
        </form>
        {!isNew && network?.can_reset && (
          <p className="bd-sign-in-way">
            <Link to="/password" search={email.includes('@') ? { email } : {}} data-testid="to-password">
              {t('entry.forgot')}
            </Link>
          </p>
        )}
      </main>
    </>
  );
}
