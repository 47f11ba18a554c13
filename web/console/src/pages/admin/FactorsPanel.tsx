import { Loading, Mark, useFormat, useNow } from '@busbar/kit';
import { Alert, App, Button, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Failure } from '../../parts/Failure';
import { CopyButton } from '../../parts/Json';
import { Panel } from '../../parts/Panel';
import { useProblemText } from '../../parts/useProblemText';
import { useTell } from '../../parts/useTell';
import {
  hasPasskeys,
  useAddPasskey,
  useBeginTotp,
  useConfirmTotp,
  useMakeRecoveryCodes,
  useRemovePasskey,
  useRemoveTotp,
  useSecondFactors,
} from '../../queries/factors';
import { readClient } from './readClient';
import './factors.css';

const codeRule = /^[0-9A-Za-z -]{6,20}$/;

/** A field for a code of a phone, or a recovery code. */
function CodeForm({ label, isPending, onCode }: { label: string; isPending: boolean; onCode: (code: string) => void }) {
  const { t } = useTranslation();
  return (
    <Form layout="vertical" requiredMark={false} onFinish={({ code }: { code: string }) => onCode(code)}>
      <Form.Item
        name="code"
        label={t('factor.code')}
        rules={[{ required: true, pattern: codeRule, message: t('factor.codeRule') }]}
      >
        <Input
          autoFocus
          autoComplete="one-time-code"
          maxLength={20}
          data-testid="factor-code"
          style={{ maxWidth: 220 }}
        />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={isPending} data-testid="factor-code-send">
        {label}
      </Button>
    </Form>
  );
}

/** Recovery codes, seen only now. */
function Codes({ codes, onDone }: { codes: string[]; onDone: () => void }) {
  const { t } = useTranslation();
  return (
    <div data-testid="recovery-codes">
      <p className="bc-first">{t('factor.codesText')}</p>
      <ul className="bc-codes">
        {codes.map((code) => (
          <li key={code} className="bc-code">
            {code}
          </li>
        ))}
      </ul>
      <p>
        <CopyButton text={codes.join('\n')} size="middle" />
      </p>
      <Button type="primary" onClick={onDone} data-testid="recovery-codes-kept">
        {t('factor.codesKept')}
      </Button>
    </div>
  );
}

/** The way to a phone that shows codes: a picture, a first code, recovery codes. */
export function TotpSetup({ onBegun, onDone }: { onBegun?: () => void; onDone: () => void }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const begin = useBeginTotp();
  const confirm = useConfirmTotp();
  if (confirm.data) return <Codes codes={confirm.data.codes} onDone={onDone} />;
  if (!begin.data)
    return (
      <>
        {begin.isError && <Alert type="error" showIcon title={problemText(begin.error)} className="bc-gap-below" />}
        <Button
          type="primary"
          loading={begin.isPending}
          data-testid="totp-begin"
          onClick={() => begin.mutate(undefined, { ...(onBegun && { onSuccess: onBegun }) })}
        >
          {t('factor.addPhone')}
        </Button>
      </>
    );
  return (
    <div className="bc-totp">
      <img src={begin.data.picture} alt={t('factor.picture')} width={200} height={200} />
      <div>
        <p className="bc-first">{t('factor.scan')}</p>
        <p>
          <span className="bc-soft">{t('factor.typeIn')}</span>
          <br />
          <span className="bc-code bc-wrap" data-testid="totp-secret">
            {begin.data.secret}
          </span>
          <CopyButton text={begin.data.secret} />
        </p>
        {confirm.isError && <Alert type="error" showIcon title={problemText(confirm.error)} className="bc-gap-below" />}
        <CodeForm label={t('factor.confirm')} isPending={confirm.isPending} onCode={(code) => confirm.mutate(code)} />
      </div>
    </div>
  );
}

/** What needs a code of the phone that is set up: new recovery codes, or giving it up. */
function TotpTools({ left }: { left: number }) {
  const { t } = useTranslation();
  const tell = useTell();
  const [wish, setWish] = useState<'codes' | 'remove' | null>(null);
  const make = useMakeRecoveryCodes();
  const remove = useRemoveTotp();
  const close = () => {
    setWish(null);
    make.reset();
  };
  const send = (code: string) => {
    if (wish === 'codes') make.mutate(code, { onError: tell.problem });
    else remove.mutate(code, { onSuccess: close, onError: tell.problem });
  };
  return (
    <>
      <p className="bc-first">
        <Mark tone="good" shape="check">
          {t('factor.phoneOn')}
        </Mark>{' '}
        <span className="bc-soft">{t('factor.codesLeft', { count: left })}</span>
      </p>
      <span className="bc-head-actions">
        <Button onClick={() => setWish('codes')}>{t('factor.newCodes')}</Button>
        <Button danger onClick={() => setWish('remove')}>
          {t('factor.removePhone')}
        </Button>
      </span>
      <Modal
        open={wish !== null}
        title={wish === 'remove' ? t('factor.removePhone') : t('factor.newCodes')}
        footer={null}
        onCancel={close}
        destroyOnHidden
      >
        {make.data ? (
          <Codes codes={make.data.codes} onDone={close} />
        ) : (
          <CodeForm
            label={wish === 'remove' ? t('factor.removePhone') : t('factor.newCodes')}
            isPending={make.isPending || remove.isPending}
            onCode={send}
          />
        )}
      </Modal>
    </>
  );
}

export function AddPasskeyButton({ onDone }: { onDone?: () => void }) {
  const { t } = useTranslation();
  const tell = useTell();
  const add = useAddPasskey();
  if (!hasPasskeys()) return <p className="bc-soft">{t('factor.noPasskeys')}</p>;
  const make = () =>
    add.mutate(readClient(navigator.userAgent), {
      ...(onDone && { onSuccess: onDone }),
      onError: (error) => (error instanceof DOMException ? undefined : tell.problem(error)),
    });
  return (
    <Button loading={add.isPending} data-testid="passkey-add" onClick={make}>
      {t('factor.addPasskey')}
    </Button>
  );
}

function Passkeys() {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const { modal } = App.useApp();
  const tell = useTell();
  const { data } = useSecondFactors();
  const remove = useRemovePasskey();
  return (
    <>
      {data?.passkeys.length === 0 && <p className="bc-soft bc-first">{t('factor.passkeyText')}</p>}
      <ul className="bc-passkeys" data-testid="passkeys">
        {data?.passkeys.map((passkey) => (
          <li key={passkey.passkey_id}>
            <span className="bc-two-lines">
              <span>{passkey.name}</span>
              <span>
                {passkey.used_at
                  ? t('factor.used', { age: format.age(passkey.used_at, now) })
                  : t('factor.added', { day: format.instant(passkey.created_at, 'date') })}
              </span>
            </span>
            <Button
              size="small"
              onClick={() =>
                void modal.confirm({
                  title: t('factor.removePasskey'),
                  content: passkey.name,
                  okButtonProps: { danger: true },
                  okText: t('webhook.remove'),
                  onOk: () => remove.mutateAsync(passkey.passkey_id).catch(tell.problem),
                })
              }
            >
              {t('webhook.remove')}
            </Button>
          </li>
        ))}
      </ul>
      <AddPasskeyButton />
    </>
  );
}

/** What proves one beside the password. */
export function FactorsPanel() {
  const { t } = useTranslation();
  const { data, error } = useSecondFactors();
  const [isSettingUp, setSettingUp] = useState(false);
  if (error && !data) return <Failure error={error} />;
  if (!data) return <Loading rows={4} />;
  return (
    <Panel title={t('factor.title')} testId="factors">
      <h3 className="bc-first">{t('factor.phone')}</h3>
      {data.has_totp && !isSettingUp ? (
        <TotpTools left={data.recovery_codes} />
      ) : (
        <>
          {!isSettingUp && <p className="bc-soft">{t('factor.phoneText')}</p>}
          <TotpSetup onBegun={() => setSettingUp(true)} onDone={() => setSettingUp(false)} />
        </>
      )}
      <h3>{t('factor.passkeys')}</h3>
      <Passkeys />
    </Panel>
  );
}
