import type { Schemas } from '@busbar/client';
import { Loading, Mark, useFormat } from '@busbar/kit';
import { App, Button, Checkbox, Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EditDrawer } from '../../parts/EditDrawer';
import { Facts } from '../../parts/Facts';
import { Failure } from '../../parts/Failure';
import { useProblemText } from '../../parts/useProblemText';
import { useTell } from '../../parts/useTell';
import { usePermits } from '../../queries/me';
import {
  useForgetProviderAccount,
  useProviderAccounts,
  useProviders,
  useSaveProviderAccount,
  useTryProviderAccount,
  type Whose,
} from '../../queries/paySetup';

type Described = Schemas['PaymentProvider'];
type Account = Schemas['PaymentAccount'];
interface Values {
  is_active: boolean;
  settings?: Record<string, string | undefined>;
  secrets?: Record<string, string | undefined>;
}

/** Keys in PEM are long texts of many lines. */
const LONG = /(private|public|platform)_key$/;
const DEMO = /^https?:\/\/(127\.0\.0\.1|localhost)[:/]/;

const given = (fields: Record<string, string | undefined> = {}) =>
  Object.fromEntries(Object.entries(fields).filter((pair): pair is [string, string] => Boolean(pair[1]?.trim())));

interface AccountEditProps {
  whose: Whose;
  described: Described;
  account: Account | undefined;
  onClose: () => void;
}

/** The fields of an account. Secrets go in and never come out: a field that is left empty keeps what is there. */
function AccountEdit({ whose, described, account, onClose }: AccountEditProps) {
  const { t } = useTranslation();
  const tell = useTell();
  const save = useSaveProviderAccount(whose, described.provider);
  const own = account?.is_own ? account : undefined;
  return (
    <EditDrawer<Values>
      title={t('paySetup.accountAt', { provider: t(`payment.providers.${described.provider}`) })}
      isOpen
      onClose={onClose}
      width={560}
      initial={{ is_active: own?.is_active ?? true, settings: own?.settings ?? {} }}
      save={async ({ is_active: isActive, settings, secrets }) => {
        await save.mutateAsync({ is_active: isActive, settings: given(settings), secrets: given(secrets) });
        tell.done(t('paySetup.accountKept'));
        onClose();
      }}
      testId="account-form"
    >
      {described.fields.map(({ name, is_secret: isSecret, is_needed: isNeeded, default: standard }) => {
        const isSet = isSecret && own?.secrets.includes(name);
        const isAsked = isNeeded && !isSet && !standard;
        return (
          <Form.Item
            key={name}
            name={[isSecret ? 'secrets' : 'settings', name]}
            label={t(`paySetup.field.${name}`)}
            {...(isSet && { extra: t('paySetup.isSet') })}
            rules={isAsked ? [{ required: true, whitespace: true, message: t('form.required') }] : []}
          >
            {LONG.test(name) ? (
              <Input.TextArea
                rows={3}
                maxLength={8_000}
                className="bc-code"
                autoComplete="off"
                data-testid={`account-form-${name}`}
              />
            ) : (
              <Input
                type={isSecret ? 'password' : 'text'}
                maxLength={8_000}
                placeholder={isSet ? '••••••••' : standard}
                autoComplete="new-password"
                data-testid={`account-form-${name}`}
              />
            )}
          </Form.Item>
        );
      })}
      <Form.Item name="is_active" valuePropName="checked">
        <Checkbox>{t('paySetup.isActive')}</Checkbox>
      </Form.Item>
    </EditDrawer>
  );
}

/** Asks the provider now; the answer stays to be read. */
function Trial({ whose, provider }: { whose: Whose; provider: Described['provider'] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const problemText = useProblemText();
  const attempt = useTryProviderAccount(whose, provider);
  return (
    <>
      <Button
        size="small"
        loading={attempt.isPending}
        onClick={() => attempt.mutate()}
        data-testid={`account-try-${provider}`}
      >
        {t('paySetup.try')}
      </Button>
      {attempt.data && (
        <Mark tone="good" shape="check">
          {t('paySetup.answers', { millis: format.number(attempt.data.answered_ms) })}
        </Mark>
      )}
      {attempt.error && (
        <Mark tone="bad" shape="cross">
          {problemText(attempt.error)}
        </Mark>
      )}
    </>
  );
}

interface CardProps {
  whose: Whose;
  described: Described;
  account: Account | undefined;
  onEdit: () => void;
}

function AccountCard({ whose, described, account, onEdit }: CardProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { modal } = App.useApp();
  const tell = useTell();
  const permits = usePermits();
  const forget = useForgetProviderAccount(whose, described.provider);
  const mayWrite = permits(whose === 'own' ? 'manage_money' : 'manage_operators');
  const own = account?.is_own ? account : undefined;
  const isDemo = Object.values(own?.settings ?? {}).some((value) => DEMO.test(value));
  const name = t(`payment.providers.${described.provider}`);
  return (
    <article className="bc-account" data-testid={`account-${described.provider}`} data-set={Boolean(own)}>
      <header>
        <h3>{name}</h3>
        {own && (
          <Mark tone={own.is_active ? 'good' : 'idle'} shape={own.is_active ? 'check' : 'slash'} pill>
            {own.is_active ? t('paySetup.active') : t('paySetup.inactive')}
          </Mark>
        )}
        {!own && account && (
          <Mark tone="info" shape="diamond" pill>
            {t('paySetup.shared')}
          </Mark>
        )}
        {isDemo && (
          <Mark tone="info" shape="diamond" pill>
            {t('paySetup.demo')}
          </Mark>
        )}
        {!account && (
          <Mark tone="idle" shape="ring" pill>
            {t('paySetup.notSet')}
          </Mark>
        )}
      </header>
      {own ? (
        <Facts
          lines={[
            ...described.fields
              .filter(({ is_secret: isSecret, name: field }) => !isSecret && own.settings[field] && !LONG.test(field))
              .map(({ name: field }) => ({
                label: t(`paySetup.field.${field}`),
                value: own.settings[field],
                code: true,
              })),
            {
              label: t('paySetup.secrets'),
              value: own.secrets.map((field) => t(`paySetup.field.${field}`)).join(', '),
            },
            { label: t('paySetup.notices'), value: own.notice_url, code: true },
            { label: t('paySetup.changed'), value: format.instant(own.changed_at) },
          ]}
        />
      ) : (
        <p className="bc-soft">
          {account ? t('paySetup.sharedText') : t(`paySetup.about.${described.can_hold ? 'hold' : 'before'}`)}
        </p>
      )}
      {mayWrite && (
        <footer>
          <Button size="small" onClick={onEdit} data-testid={`account-edit-${described.provider}`}>
            {own ? t('action.edit') : t('paySetup.enter')}
          </Button>
          {own && <Trial whose={whose} provider={described.provider} />}
          {own && (
            <Button
              size="small"
              danger
              onClick={() =>
                void modal.confirm({
                  title: t('paySetup.forgetAsk', { provider: name }),
                  content: t('paySetup.forgetText'),
                  okText: t('paySetup.forget'),
                  okButtonProps: { danger: true },
                  onOk: () => forget.mutateAsync().catch(tell.problem),
                })
              }
            >
              {t('paySetup.forget')}
            </Button>
          )}
        </footer>
      )}
    </article>
  );
}

/** The accounts that payments go over. */
export function ProviderAccounts({ whose }: { whose: Whose }) {
  const { data: providers } = useProviders();
  const { data: accounts, error } = useProviderAccounts(whose);
  const [edited, setEdited] = useState<Described['provider'] | null>(null);
  if (error && !accounts) return <Failure error={error} />;
  if (!providers || !accounts) return <Loading rows={5} />;
  const accountAt = (provider: Described['provider']) => accounts.find((account) => account.provider === provider);
  const described = providers.find(({ provider }) => provider === edited);
  return (
    <div className="bc-accounts">
      {providers.map((each) => (
        <AccountCard
          key={each.provider}
          whose={whose}
          described={each}
          account={accountAt(each.provider)}
          onEdit={() => setEdited(each.provider)}
        />
      ))}
      {described && (
        <AccountEdit
          key={described.provider}
          whose={whose}
          described={described}
          account={accountAt(described.provider)}
          onClose={() => setEdited(null)}
        />
      )}
    </div>
  );
}
