import type { Schemas } from '@busbar/client';
import { Button, DatePicker, Form, Input, Select } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AuditTrail } from '../../parts/AuditTrail';
import { EditDrawer } from '../../parts/EditDrawer';
import { useAsk } from '../../parts/useAsk';
import { useTell } from '../../parts/useTell';
import { useTellKept } from '../../parts/useTellKept';
import { useOpened } from '../../parts/useUnopened';
import {
  keptToken,
  useDeleteToken,
  useDriverOptions,
  useGroupOptions,
  usePutToken,
  useToken,
} from '../../queries/access';
import { usePartnerOptions } from '../../queries/roaming';
import { useSiteOptions } from '../../queries/sites';
import { TokenReplace } from './TokenReplace';

interface Values {
  value: string;
  kind: Schemas['TokenKind'];
  label: string;
  status: Schemas['TokenStatus'];
  concurrency: Schemas['ConcurrencyRule'];
  driver_id?: string | null;
  group?: string | null;
  valid_from?: Dayjs | null;
  expires_at?: Dayjs | null;
  site_ids: string[];
  partner_id?: string | null;
  contract_id?: string;
}

/** Kinds that people enter; others come with what the station or a contract tells. */
const enteredKinds = ['rfid', 'central', 'app', 'emaid', 'vin', 'mac', 'keycode', 'local'] as const;
const rules = ['default', 'allowed', 'denied'] as const;
/** A token is replaced by the button beside. */
const statuses = ['active', 'blocked', 'frozen', 'lost'] as const;

function toValues(token: Schemas['Token']): Values {
  return {
    value: token.value,
    kind: token.kind,
    label: token.label,
    status: token.status,
    concurrency: token.concurrency,
    driver_id: token.driver_id,
    group: token.group,
    valid_from: token.valid_from ? dayjs(token.valid_from) : null,
    expires_at: token.expires_at ? dayjs(token.expires_at) : null,
    site_ids: token.site_ids,
    partner_id: token.partner_id,
    contract_id: token.contract_id,
  };
}

function DriverField({ name }: { name: string | null }) {
  const { t } = useTranslation();
  const form = Form.useFormInstance<Values>();
  const [typed, setTyped] = useState('');
  const found = useDriverOptions(typed);
  const chosen: string | null | undefined = Form.useWatch('driver_id', form);
  const isListed = !chosen || found.some(({ value }) => value === chosen);
  const options = isListed ? found : [{ value: chosen, label: name ?? chosen }, ...found];
  return (
    <Form.Item name="driver_id" label={t('driver.driver')}>
      <Select
        allowClear
        showSearch={{ onSearch: setTyped, filterOption: false }}
        options={options}
        data-testid="token-form-driver"
      />
    </Form.Item>
  );
}

/** Whose driver presents the token, if a roaming partner's; the contract is asked for only then. */
function PartnerFields({ name }: { name: string | null }) {
  const { t } = useTranslation();
  const form = Form.useFormInstance<Values>();
  const found = usePartnerOptions();
  const chosen: string | null | undefined = Form.useWatch('partner_id', form);
  if (!chosen && found.length === 0) return null;
  const isListed = !chosen || found.some(({ value }) => value === chosen);
  const options = isListed ? found : [{ value: chosen, label: name ?? chosen }, ...found];
  return (
    <>
      <Form.Item name="partner_id" label={t('token.partner')} extra={t('token.partnerHint')}>
        <Select
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          options={options}
          data-testid="token-form-partner"
        />
      </Form.Item>
      {chosen && (
        <Form.Item name="contract_id" label={t('token.contract')} extra={t('token.contractHint')}>
          <Input maxLength={36} className="bc-code" data-testid="token-form-contract" />
        </Form.Item>
      )}
    </>
  );
}

/** A replaced token and a partner's stand in other records by their key, which does not come back: these ask before. */
function TokenDelete({ token, onDone }: { token: Schemas['Token']; onDone: () => void }) {
  const { t } = useTranslation();
  const tell = useTell();
  const ask = useAsk();
  const { mutateAsync: remove, isPending } = useDeleteToken();
  const told = useTellKept(keptToken);
  const isForGood = token.status === 'replaced' || token.partner_id !== null;
  const deed = () => remove(token.value).then(onDone);
  const question = {
    title: t('token.deleteAsk', { token: token.value }),
    text: t('token.deleteText'),
    yes: t('action.delete'),
    deed,
  };
  return (
    <Button
      danger
      loading={isPending}
      data-testid="token-delete"
      onClick={() =>
        isForGood ? ask(question) : void deed().then(() => told.deleted(token.value, token), tell.problem)
      }
    >
      {t('action.delete')}
    </Button>
  );
}

interface TokenEditProps {
  /** `new`, or the value of the token. */
  value: string | undefined;
  driverId?: string;
  onClose: () => void;
  /** Another token took its place: the value of that one. */
  onReplaced: (value: string) => void;
}

/** Register a token or change one. */
export function TokenEdit({ value, driverId, onClose, onReplaced }: TokenEditProps) {
  const { t } = useTranslation();
  const isNew = value === 'new';
  const [isReplacing, setReplacing] = useState(false);
  const asked = isNew ? undefined : value;
  const reading = useToken(asked);
  const token = useOpened('token', asked, reading, onClose);
  const put = usePutToken();
  const told = useTellKept(keptToken);
  const groups = useGroupOptions();
  const sites = useSiteOptions();

  async function save({ value: written, ...values }: Values): Promise<void> {
    const left = await put.mutateAsync({
      value: token?.value ?? written.trim(),
      body: {
        ...values,
        label: values.label ?? '',
        driver_id: values.driver_id ?? null,
        group: values.group ?? null,
        valid_from: values.valid_from?.toISOString() ?? null,
        expires_at: values.expires_at?.toISOString() ?? null,
        partner_id: values.partner_id ?? null,
        contract_id: values.partner_id ? (values.contract_id ?? '') : '',
      },
    });
    if (token) told.saved(token.value, token, left);
    onClose();
  }

  return (
    <EditDrawer<Values>
      key={token?.token_id ?? value}
      title={isNew ? t('token.create') : t('token.edit')}
      isOpen={isNew || token !== undefined}
      onClose={onClose}
      testId="token-form"
      initial={
        token
          ? toValues(token)
          : {
              kind: 'rfid',
              label: '',
              status: 'active',
              concurrency: 'default',
              site_ids: [],
              ...(driverId && { driver_id: driverId }),
            }
      }
      save={save}
      extra={
        token && (
          <span className="bc-head-actions">
            {token.status !== 'replaced' && (
              <Button data-testid="token-replace" onClick={() => setReplacing(true)}>
                {t('token.replaceOpen')}
              </Button>
            )}
            <TokenDelete token={token} onDone={onClose} />
          </span>
        )
      }
    >
      <Form.Item
        name="value"
        label={t('token.value')}
        extra={t('token.valueHint')}
        rules={[
          { required: true, message: t('form.required') },
          { pattern: /^[\x20-\x7e]{1,255}$/, message: t('token.valueRule') },
        ]}
      >
        <Input autoFocus={isNew} disabled={!isNew} maxLength={255} className="bc-code" data-testid="token-form-value" />
      </Form.Item>
      <Form.Item name="kind" label={t('token.kind')}>
        <Select options={enteredKinds.map((kind) => ({ value: kind, label: t(`tokenKind.${kind}`) }))} />
      </Form.Item>
      <Form.Item name="label" label={t('token.label')}>
        <Input maxLength={120} data-testid="token-form-label" />
      </Form.Item>
      <DriverField name={token?.driver_name ?? null} />
      <PartnerFields name={token?.partner_name ?? null} />
      <Form.Item name="group" label={t('token.group')}>
        <Select allowClear options={groups} />
      </Form.Item>
      <div className="bc-position">
        <Form.Item name="valid_from" label={t('token.validFrom')}>
          <DatePicker showTime={{ format: 'HH:mm' }} format="YYYY-MM-DD HH:mm" style={{ width: '100%' }} />
        </Form.Item>
        <Form.Item name="expires_at" label={t('token.expires')}>
          <DatePicker showTime={{ format: 'HH:mm' }} format="YYYY-MM-DD HH:mm" style={{ width: '100%' }} />
        </Form.Item>
      </div>
      <Form.Item name="concurrency" label={t('token.concurrency')}>
        <Select options={rules.map((rule) => ({ value: rule, label: t(`token.rule.${rule}`) }))} />
      </Form.Item>
      <Form.Item name="site_ids" label={t('token.sites')} extra={t('token.sitesHint')}>
        <Select mode="multiple" allowClear optionFilterProp="label" options={sites} />
      </Form.Item>
      <Form.Item
        name="status"
        label={t('token.state')}
        extra={token?.replaced_by ? t('token.replacedBy', { token: token.replaced_by }) : t('token.stateHint')}
      >
        <Select
          disabled={token?.status === 'replaced'}
          options={(token?.status === 'replaced' ? (['replaced'] as const) : statuses).map((value) => ({
            value,
            label: t(`tokenStatus.${value}`),
          }))}
          data-testid="token-form-status"
        />
      </Form.Item>
      {token && isReplacing && (
        <TokenReplace value={token.value} onClose={() => setReplacing(false)} onDone={onReplaced} />
      )}
      {token && <AuditTrail subject={`token:${token.token_id}`} />}
    </EditDrawer>
  );
}
