import { Loading, useFormat, useNow } from '@busbar/kit';
import { Alert, Button, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { Facts } from '../../parts/Facts';
import { Failure } from '../../parts/Failure';
import { PageHead } from '../../parts/PageHead';
import { Panel } from '../../parts/Panel';
import { useAsk } from '../../parts/useAsk';
import { useProblemText } from '../../parts/useProblemText';
import { useTell } from '../../parts/useTell';
import { useChangePassword, useRevokeSignIn, useSignIns } from '../../queries/admin';
import { useMe } from '../../queries/me';
import { FactorsPanel } from './FactorsPanel';
import { readClient } from './readClient';

interface Values {
  old_password: string;
  new_password: string;
  again: string;
}

/** The shortest password that the server takes for people. */
const PASSWORD_MIN = 8;

function PasswordPanel() {
  const { t } = useTranslation();
  const [form] = Form.useForm<Values>();
  const tell = useTell();
  const problemText = useProblemText();
  const change = useChangePassword();
  return (
    <Panel title={t('account.password')}>
      <p className="bc-soft bc-first">{t('account.passwordText')}</p>
      {change.isError && <Alert type="error" showIcon title={problemText(change.error)} style={{ marginBottom: 12 }} />}
      <Form<Values>
        form={form}
        layout="vertical"
        requiredMark={false}
        style={{ maxWidth: 380 }}
        onFinish={({ again: _again, ...body }) =>
          change.mutate(body, {
            onSuccess: () => {
              form.resetFields();
              tell.done(t('account.passwordChanged'));
            },
          })
        }
      >
        <Form.Item
          name="old_password"
          label={t('account.oldPassword')}
          rules={[{ required: true, message: t('form.required') }]}
        >
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        <Form.Item
          name="new_password"
          label={t('account.newPassword')}
          rules={[{ required: true, min: PASSWORD_MIN, message: t('account.passwordRule', { count: PASSWORD_MIN }) }]}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <Form.Item
          name="again"
          label={t('account.again')}
          dependencies={['new_password']}
          rules={[
            ({ getFieldValue }) => ({
              validator: (_rule, value) =>
                value === getFieldValue('new_password')
                  ? Promise.resolve()
                  : Promise.reject(new Error(t('account.notSame'))),
            }),
          ]}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={change.isPending}>
          {t('account.change')}
        </Button>
      </Form>
    </Panel>
  );
}

function SignInsPanel() {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const ask = useAsk();
  const { data, error, isPending } = useSignIns();
  const revoke = useRevokeSignIn();
  return (
    <Panel title={t('account.signIns')} flush>
      {isPending && <Loading rows={3} />}
      {error && !data && <Failure error={error} />}
      <div className="bc-scroll">
        <table className="bc-plain">
          <tbody>
            {data?.items.map((item) => (
              <tr key={item.sign_in_id}>
                <td>
                  <span className="bc-two-lines">
                    <span title={item.client}>{readClient(item.client)}</span>
                    <span>
                      {item.address} · {t(`factor.methods.${item.method}`)}
                    </span>
                  </span>
                </td>
                <td className="bc-soft">{format.age(item.used_at, now)}</td>
                <td className="bc-right">
                  {item.is_current ? (
                    t('account.here')
                  ) : (
                    <Button
                      size="small"
                      data-testid="sign-in-end"
                      onClick={() =>
                        ask({
                          title: t('account.endAsk', { client: readClient(item.client) }),
                          text: t('account.endText'),
                          yes: t('account.end'),
                          deed: () => revoke.mutateAsync(item.sign_in_id),
                        })
                      }
                    >
                      {t('account.end')}
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

/** One's own account. */
export function AccountPage() {
  const { t } = useTranslation();
  const { data: me } = useMe();
  return (
    <>
      <PageHead title={t('shell.account')} />
      <div className="bc-columns">
        <div className="bc-stack">
          <Panel>
            <Facts
              lines={[
                { label: t('staff.name'), value: me?.display_name },
                { label: t('signIn.email'), value: me?.email },
                { label: t('staff.role'), value: me && t(`role.${me.role}`) },
                { label: t('account.operator'), value: me?.operator_name },
              ]}
            />
          </Panel>
          <SignInsPanel />
        </div>
        <div className="bc-stack">
          <FactorsPanel />
          <PasswordPanel />
        </div>
      </div>
    </>
  );
}
