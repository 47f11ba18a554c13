import { DeleteOutlined, FilePdfOutlined, PlusOutlined, UploadOutlined } from '@ant-design/icons';
import { Loading, languageNames, languages } from '@busbar/kit';
import { Alert, Button, ColorPicker, Form, type FormInstance, Input, InputNumber, Select } from 'antd';
import { type ChangeEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Failure } from '../../parts/Failure';
import { PageHead } from '../../parts/PageHead';
import { Panel } from '../../parts/Panel';
import { useFormProblem, useTell } from '../../parts/useTell';
import {
  type Profile,
  type ProfileBody,
  readSample,
  useInvoiceProfile,
  useSaveInvoiceProfile,
} from '../../queries/invoicing';
import { useMe, usePermits } from '../../queries/me';
import { useSiteOptions } from '../../queries/sites';
import { useOwnCurrency } from '../../queries/tariffs';
import { Paper } from './Paper';
import { PartyFields } from './PartyFields';
import './documents.css';

const categories = ['S', 'Z', 'E', 'AE', 'O'] as const;
const kinds = ['energy', 'time', 'parking', 'idle', 'flat', 'reservation', 'subscription'] as const;
const regimes = Array.from({ length: 19 }, (_, order) => `RF${String(order + 1).padStart(2, '0')}`);
const LOGO_BYTES = 200_000;
const BASE64 = ';base64,';

/** A picture that is chosen here and goes into the profile as it is. */
function LogoField({ value, onChange }: { value?: string; onChange?: (logo: string) => void }) {
  const { t } = useTranslation();
  const [problem, setProblem] = useState<string | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const take = ({ target }: ChangeEvent<HTMLInputElement>) => {
    const file = target.files?.[0];
    target.value = '';
    if (!file) return;
    if (file.type !== 'image/png' || file.size > LOGO_BYTES) {
      setProblem(t('invoiceProfile.logoRule'));
      return;
    }
    setProblem(null);
    const reader = new FileReader();
    reader.onload = () => onChange?.(String(reader.result).split(BASE64)[1] ?? '');
    reader.readAsDataURL(file);
  };
  return (
    <div className="bc-logo">
      {value && <img src={`data:image/png${BASE64}${value}`} alt={t('invoiceProfile.logo')} />}
      <input
        ref={input}
        type="file"
        accept="image/png"
        hidden
        aria-label={t('invoiceProfile.chooseLogo')}
        onChange={take}
        data-testid="logo-file"
      />
      <Button icon={<UploadOutlined />} onClick={() => input.current?.click()}>
        {t('invoiceProfile.chooseLogo')}
      </Button>
      {value && (
        <Button icon={<DeleteOutlined />} onClick={() => onChange?.('')} aria-label={t('invoiceProfile.noLogo')} />
      )}
      {problem && <span role="alert">{problem}</span>}
    </div>
  );
}

/** The tax of a product at a site, where the tariff names none. */
function TaxRules() {
  const { t } = useTranslation();
  const sites = useSiteOptions();
  return (
    <Form.List name="tax_rules">
      {(rules, { add, remove }) => (
        <>
          {rules.map(({ key, name }) => (
            <div key={key} className="bc-tax-rule">
              <Form.Item name={[name, 'kind']}>
                <Select
                  allowClear
                  placeholder={t('invoiceProfile.everyProduct')}
                  aria-label={t('invoiceProfile.product')}
                  options={kinds.map((value) => ({ value, label: t(`price.kind.${value}`) }))}
                />
              </Form.Item>
              <Form.Item name={[name, 'site_id']}>
                <Select
                  allowClear
                  placeholder={t('offer.allSites')}
                  aria-label={t('tariff.subject.site')}
                  options={sites}
                />
              </Form.Item>
              <Form.Item name={[name, 'category']}>
                <Select
                  aria-label={t('invoiceProfile.category')}
                  options={categories.map((value) => ({ value, label: t(`taxCategory.${value}`) }))}
                />
              </Form.Item>
              <Form.Item name={[name, 'percent']}>
                <InputNumber<string>
                  stringMode
                  min="0"
                  max="100"
                  suffix="%"
                  aria-label={t('document.tax')}
                  style={{ width: '100%' }}
                />
              </Form.Item>
              <Form.Item name={[name, 'reason']}>
                <Input
                  maxLength={200}
                  placeholder={t('invoiceProfile.reason')}
                  aria-label={t('invoiceProfile.reason')}
                />
              </Form.Item>
              <Button
                type="text"
                icon={<DeleteOutlined />}
                onClick={() => remove(name)}
                aria-label={t('invoiceProfile.removeRule')}
              />
            </div>
          ))}
          <Button
            icon={<PlusOutlined />}
            onClick={() => add({ percent: '22', category: 'S', reason: '' })}
            data-testid="tax-rule-add"
          >
            {t('invoiceProfile.addRule')}
          </Button>
        </>
      )}
    </Form.List>
  );
}

function toBody(profile: Profile): ProfileBody {
  const { is_saved: _isSaved, ...body } = profile;
  return body as ProfileBody;
}

/** What a cleared field leaves behind is an empty text. */
function tidy(given: ProfileBody): ProfileBody {
  const seller = Object.fromEntries(Object.entries(given.seller).map(([name, text]) => [name, text ?? '']));
  return {
    ...given,
    seller: seller as ProfileBody['seller'],
    tax_rules: (given.tax_rules ?? []).map((rule) => ({
      ...rule,
      kind: rule.kind ?? null,
      site_id: rule.site_id ?? null,
      percent: rule.percent ?? '0',
      reason: rule.reason ?? '',
    })),
  };
}

function Editor({ profile, currency }: { profile: Profile; currency: string }) {
  const { t } = useTranslation();
  const tell = useTell();
  const permits = usePermits();
  const showProblem = useFormProblem();
  const save = useSaveInvoiceProfile();
  const [form] = Form.useForm<ProfileBody>();
  const [draft, setDraft] = useState(() => toBody(profile));
  const [problem, setProblem] = useState<string | null>(null);
  const [isDrawing, setDrawing] = useState(false);
  const keep = async () => {
    setProblem(null);
    try {
      await save.mutateAsync(tidy(draft));
      tell.done(t('invoiceProfile.kept'));
    } catch (error) {
      setProblem(showProblem(form as FormInstance, error));
    }
  };
  const sample = async () => {
    setDrawing(true);
    try {
      const address = URL.createObjectURL(await readSample(tidy(draft)));
      const link = document.createElement('a');
      link.href = address;
      link.download = 'sample.pdf';
      link.click();
      setTimeout(() => URL.revokeObjectURL(address), 1_000);
    } catch (error) {
      setProblem(showProblem(form as FormInstance, error));
    } finally {
      setDrawing(false);
    }
  };
  const prefix = [{ required: true, pattern: /^[A-Z0-9]{1,8}$/, message: t('invoiceProfile.prefixRule') }];
  const upper = (text: string) => text.toUpperCase();
  return (
    <>
      <PageHead
        page="invoiceProfile"
        title={t('nav.invoiceProfile')}
        actions={
          <>
            <Button
              icon={<FilePdfOutlined />}
              loading={isDrawing}
              onClick={() => void sample()}
              data-testid="profile-pdf"
            >
              {t('invoiceProfile.sample')}
            </Button>
            {permits('manage_prices') && (
              <Button type="primary" loading={save.isPending} onClick={() => form.submit()} data-testid="profile-save">
                {t('action.save')}
              </Button>
            )}
          </>
        }
      >
        {t('invoiceProfile.text')}
      </PageHead>
      <div className="bc-profile">
        <Form<ProfileBody>
          form={form}
          layout="vertical"
          initialValues={draft}
          disabled={!permits('manage_prices')}
          onValuesChange={(_, all) => setDraft({ ...draft, ...all })}
          onFinish={() => void keep()}
          scrollToFirstError
        >
          <div className="bc-stack">
            {problem && <Alert type="error" showIcon title={problem} />}
            <Panel title={t('invoiceProfile.seller')}>
              <PartyFields at="seller" />
            </Panel>
            <Panel title={t('invoiceProfile.look')}>
              <div className="bc-fields">
                <Form.Item name="language" label={t('shell.language')}>
                  <Select options={languages.map((value) => ({ value, label: languageNames[value] }))} />
                </Form.Item>
                <Form.Item name="zone" label={t('invoiceProfile.zone')}>
                  <Input maxLength={64} />
                </Form.Item>
                <Form.Item
                  name="color"
                  label={t('invoiceProfile.color')}
                  getValueFromEvent={(color: { toHexString: () => string }) => color.toHexString().slice(0, 7)}
                >
                  <ColorPicker disabledAlpha showText />
                </Form.Item>
                <Form.Item name="logo_png" label={t('invoiceProfile.logo')}>
                  <LogoField />
                </Form.Item>
              </div>
              <Form.Item name="footer" label={t('invoiceProfile.footer')}>
                <Input.TextArea rows={2} maxLength={500} data-testid="profile-footer" />
              </Form.Item>
            </Panel>
            <Panel title={t('invoiceProfile.series')}>
              <div className="bc-fields">
                <Form.Item name="receipt_prefix" label={t('invoiceProfile.receipts')} rules={prefix} normalize={upper}>
                  <Input maxLength={8} />
                </Form.Item>
                <Form.Item name="invoice_prefix" label={t('invoiceProfile.invoices')} rules={prefix} normalize={upper}>
                  <Input maxLength={8} />
                </Form.Item>
                <Form.Item name="credit_prefix" label={t('invoiceProfile.credits')} rules={prefix} normalize={upper}>
                  <Input maxLength={8} />
                </Form.Item>
                <Form.Item name="due_days" label={t('invoiceProfile.dueDays')}>
                  <InputNumber min={0} max={365} precision={0} style={{ width: '100%' }} />
                </Form.Item>
              </div>
            </Panel>
            <Panel title={t('invoiceProfile.taxes')}>
              <p className="bc-soft bc-lead">{t('invoiceProfile.taxesText')}</p>
              <TaxRules />
              <Form.Item name="tax_regime" label={t('invoiceProfile.regime')} style={{ marginTop: 16, maxWidth: 260 }}>
                <Select options={regimes.map((value) => ({ value, label: value }))} />
              </Form.Item>
            </Panel>
          </div>
        </Form>
        <aside className="bc-paper-place" aria-label={t('invoiceProfile.preview')}>
          <Paper profile={draft} currency={currency} />
        </aside>
      </div>
    </>
  );
}

/** How the operator writes documents, beside how they look. */
export function InvoiceProfilePage() {
  const { data: me } = useMe();
  const currency = useOwnCurrency(me?.operator_id);
  const { data: profile, error } = useInvoiceProfile();
  if (error && !profile) return <Failure error={error} />;
  if (!profile || !currency) return <Loading rows={10} />;
  return <Editor profile={profile} currency={currency} />;
}
