import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import type { Schemas } from '@busbar/client';
import { Loading, Mark, useFormat } from '@busbar/kit';
import { App, Button, Checkbox, Form, Input, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AuditTrail } from '../../parts/AuditTrail';
import { EditDrawer } from '../../parts/EditDrawer';
import { Facts } from '../../parts/Facts';
import { Failure } from '../../parts/Failure';
import { CopyButton } from '../../parts/Json';
import { PageHead } from '../../parts/PageHead';
import { Panel } from '../../parts/Panel';
import { useProblemText } from '../../parts/useProblemText';
import { useTell } from '../../parts/useTell';
import {
  useForgetIdentityProvider,
  useIdentityProvider,
  useSaveIdentityProvider,
  useTryIdentityProvider,
} from '../../queries/identity';
import { useMe } from '../../queries/me';
import { useSiteOptions } from '../../queries/sites';
import { roles } from './roles';
import './signOn.css';

type Provider = Schemas['IdentityProvider'];

interface Values extends Omit<Schemas['IdentityProviderBody'], 'client_secret' | 'default_role' | 'rules'> {
  client_secret?: string;
  default_role?: Schemas['Role'];
  rules?: { group?: string; role?: Schemas['Role']; site_ids?: string[] }[];
}

const fresh: Partial<Values> = {
  scopes: 'openid email profile',
  email_claim: 'email',
  groups_claim: 'groups',
  is_enabled: true,
  rules: [],
  email_domains: [],
};

function RuleFields() {
  const { t } = useTranslation();
  const sites = useSiteOptions();
  return (
    <Form.List name="rules">
      {(fields, { add, remove }) => (
        <fieldset className="bc-rules">
          <legend>{t('signOn.rules')}</legend>
          <p className="bc-soft">{t('signOn.rulesHint')}</p>
          {fields.map(({ key, name }) => (
            <div key={key} className="bc-rule">
              <Form.Item
                name={[name, 'group']}
                label={t('signOn.group')}
                rules={[{ required: true, whitespace: true, message: t('form.required') }]}
              >
                <Input maxLength={255} data-testid={`sign-on-group-${name}`} />
              </Form.Item>
              <Form.Item
                name={[name, 'role']}
                label={t('staff.role')}
                rules={[{ required: true, message: t('form.required') }]}
              >
                <Select options={roles.map((value) => ({ value, label: t(`role.${value}`) }))} />
              </Form.Item>
              <Form.Item name={[name, 'site_ids']} label={t('token.sites')} className="bc-rule-sites">
                <Select
                  mode="multiple"
                  allowClear
                  optionFilterProp="label"
                  options={sites}
                  placeholder={t('staff.allSites')}
                />
              </Form.Item>
              <Button
                type="text"
                icon={<DeleteOutlined />}
                aria-label={t('signOn.removeRule')}
                onClick={() => remove(name)}
              />
            </div>
          ))}
          <Button
            size="small"
            icon={<PlusOutlined />}
            onClick={() => add({ role: 'viewer', site_ids: [] })}
            data-testid="sign-on-add-rule"
          >
            {t('signOn.addRule')}
          </Button>
        </fieldset>
      )}
    </Form.List>
  );
}

function ProviderEdit({ provider, onClose }: { provider: Provider | null; onClose: () => void }) {
  const { t } = useTranslation();
  const tell = useTell();
  const { data: me } = useMe();
  const save = useSaveIdentityProvider();
  const required = [{ required: true, whitespace: true, message: t('form.required') }];
  return (
    <EditDrawer<Values>
      title={t('signOn.edit')}
      isOpen
      onClose={onClose}
      width={600}
      testId="sign-on-form"
      initial={
        provider
          ? ({ ...provider, ...(provider.default_role ? {} : { default_role: undefined }) } as Partial<Values>)
          : fresh
      }
      save={async ({ client_secret: secret, default_role: role, rules = [], ...values }) => {
        await save.mutateAsync({
          ...values,
          rules: rules.map((rule) => ({
            group: rule.group ?? '',
            role: rule.role ?? 'viewer',
            site_ids: rule.site_ids ?? [],
          })),
          ...(role && { default_role: role }),
          ...(secret && { client_secret: secret }),
        });
        tell.done(t('signOn.saved'));
        onClose();
      }}
    >
      <Form.Item name="name" label={t('signOn.name')} extra={t('signOn.nameHint')} rules={required}>
        <Input maxLength={100} autoFocus data-testid="sign-on-name" />
      </Form.Item>
      <Form.Item name="issuer" label={t('signOn.issuer')} extra={t('signOn.issuerHint')} rules={required}>
        <Input maxLength={300} placeholder="https://login.example.com" data-testid="sign-on-issuer" />
      </Form.Item>
      <Form.Item name="client_id" label={t('signOn.clientId')} rules={required}>
        <Input maxLength={255} autoComplete="off" data-testid="sign-on-client-id" />
      </Form.Item>
      <Form.Item
        name="client_secret"
        label={t('signOn.clientSecret')}
        {...(provider?.has_secret && { extra: t('paySetup.isSet') })}
      >
        <Input
          type="password"
          maxLength={1000}
          autoComplete="new-password"
          placeholder={provider?.has_secret ? '••••••••' : ''}
          data-testid="sign-on-secret"
        />
      </Form.Item>
      <Form.Item name="email_domains" label={t('signOn.domains')} extra={t('signOn.domainsHint')}>
        <Select
          mode="tags"
          tokenSeparators={[',', ' ']}
          open={false}
          suffixIcon={null}
          className="bc-code"
          data-testid="sign-on-domains"
        />
      </Form.Item>
      <Form.Item name="creates_unknown" valuePropName="checked" extra={t('signOn.createsHint')}>
        <Checkbox data-testid="sign-on-creates">{t('signOn.creates')}</Checkbox>
      </Form.Item>
      <Form.Item name="default_role" label={t('signOn.defaultRole')} extra={t('signOn.defaultRoleHint')}>
        <Select
          allowClear
          placeholder={t('signOn.noRole')}
          options={roles.map((value) => ({ value, label: t(`role.${value}`) }))}
          data-testid="sign-on-default-role"
        />
      </Form.Item>
      <RuleFields />
      <Form.Item name="trusts_email" valuePropName="checked" extra={t('signOn.trustsHint')}>
        <Checkbox>{t('signOn.trusts')}</Checkbox>
      </Form.Item>
      {me?.is_platform && (
        <Form.Item name="covers_platform" valuePropName="checked" extra={t('signOn.platformHint')}>
          <Checkbox>{t('signOn.platform')}</Checkbox>
        </Form.Item>
      )}
      <details className="bc-more">
        <summary>{t('signOn.more')}</summary>
        <Form.Item name="scopes" label={t('signOn.scopes')} rules={required}>
          <Input maxLength={300} className="bc-code" />
        </Form.Item>
        <Form.Item name="email_claim" label={t('signOn.emailClaim')} rules={required}>
          <Input maxLength={100} className="bc-code" />
        </Form.Item>
        <Form.Item name="groups_claim" label={t('signOn.groupsClaim')} rules={required}>
          <Input maxLength={100} className="bc-code" />
        </Form.Item>
      </details>
      <Form.Item name="is_enabled" valuePropName="checked">
        <Checkbox>{t('signOn.enabled')}</Checkbox>
      </Form.Item>
    </EditDrawer>
  );
}

/** Asks the provider now; the answer stays to be read. */
function Trial() {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const attempt = useTryIdentityProvider();
  return (
    <>
      <Button loading={attempt.isPending} onClick={() => attempt.mutate()} data-testid="sign-on-try">
        {t('paySetup.try')}
      </Button>
      {attempt.data && (
        <Mark tone="good" shape="check">
          {t('signOn.answers', { count: attempt.data.key_count })}
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

function ProviderFacts({ provider }: { provider: Provider }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data: me } = useMe();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Facts
        lines={[
          { label: t('signOn.issuer'), value: provider.issuer, code: true },
          { label: t('signOn.clientId'), value: provider.client_id, code: true },
          { label: t('signOn.clientSecret'), value: provider.has_secret ? t('signOn.kept') : t('signOn.noSecret') },
          {
            label: t('signOn.domains'),
            value: provider.email_domains.length ? (
              <code className="bc-code">{provider.email_domains.join(', ')}</code>
            ) : (
              t('signOn.allDomains')
            ),
          },
          { label: t('signOn.unknown'), value: provider.creates_unknown ? t('signOn.creates') : t('signOn.refuses') },
          {
            label: t('signOn.defaultRole'),
            value: provider.default_role ? t(`role.${provider.default_role}`) : t('signOn.noRole'),
          },
          { label: t('paySetup.changed'), value: format.instant(provider.updated_at) },
        ]}
      />
      {provider.rules.length > 0 && (
        <table className="bc-plain bc-rule-table">
          <thead>
            <tr>
              <th>{t('signOn.group')}</th>
              <th>{t('staff.role')}</th>
              <th>{t('token.sites')}</th>
            </tr>
          </thead>
          <tbody>
            {provider.rules.map((rule) => (
              <tr key={rule.group}>
                <td className="bc-code">{rule.group}</td>
                <td>{t(`role.${rule.role}`)}</td>
                <td>{rule.site_ids.length ? format.number(rule.site_ids.length) : t('staff.allSites')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <details className="bc-more" onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>{t('signOn.trail')}</summary>
        {isOpen && me && <AuditTrail subject={`operator:${me.operator_id}`} />}
      </details>
    </>
  );
}

/** The identity provider over which the operator's staff sign in. */
export function SignOnPage() {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const tell = useTell();
  const { data: page, error } = useIdentityProvider();
  const forget = useForgetIdentityProvider();
  const [isEdited, setEdited] = useState(false);
  const provider = page?.provider ?? null;
  const askForget = () =>
    void modal.confirm({
      title: t('signOn.forgetAsk'),
      content: t('signOn.forgetText'),
      okText: t('paySetup.forget'),
      okButtonProps: { danger: true },
      onOk: () => forget.mutateAsync().catch(tell.problem),
    });
  return (
    <>
      <PageHead
        title={t('nav.signOn')}
        page="signOn"
        actions={
          <Button type="primary" onClick={() => setEdited(true)} disabled={!page} data-testid="sign-on-edit">
            {provider ? t('action.edit') : t('signOn.enter')}
          </Button>
        }
      >
        {t('signOn.about')}
      </PageHead>
      {error && !page && <Failure error={error} />}
      {!error && !page && <Loading rows={5} />}
      {page && (
        <>
          <Panel
            title={provider?.name ?? t('signOn.none')}
            testId="sign-on"
            extra={
              provider && (
                <Mark tone={provider.is_enabled ? 'good' : 'idle'} shape={provider.is_enabled ? 'check' : 'slash'} pill>
                  {provider.is_enabled ? t('paySetup.active') : t('paySetup.inactive')}
                </Mark>
              )
            }
          >
            {provider ? <ProviderFacts provider={provider} /> : <p className="bc-soft">{t('signOn.noneText')}</p>}
            {provider && (
              <div className="bc-sign-on-actions">
                <Trial />
                <Button danger onClick={askForget} data-testid="sign-on-forget">
                  {t('paySetup.forget')}
                </Button>
              </div>
            )}
          </Panel>
          <Panel title={t('signOn.addresses')} style={{ marginTop: 16 }}>
            {(['return_address', 'entry_address'] as const).map((which) => (
              <div key={which} className="bc-address">
                <span>{t(`signOn.${which}`)}</span>
                <code className="bc-code">{page[which]}</code>
                <CopyButton text={page[which]} />
              </div>
            ))}
          </Panel>
        </>
      )}
      {isEdited && <ProviderEdit provider={provider} onClose={() => setEdited(false)} />}
    </>
  );
}
