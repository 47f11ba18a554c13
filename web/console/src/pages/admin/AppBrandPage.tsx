import type { Schemas } from '@busbar/client';
import { contrastRatio, Loading, palettes } from '@busbar/kit';
import { Button, ColorPicker, Form, Input, Select, Space, Upload } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Failure } from '../../parts/Failure';
import { PageHead } from '../../parts/PageHead';
import { Panel } from '../../parts/Panel';
import { useAsk } from '../../parts/useAsk';
import { useFormProblem, useTell } from '../../parts/useTell';
import { useAppBrand, useSaveAppBrand, useSaveLogo } from '../../queries/brand';
import { usePermits } from '../../queries/me';
import { AppPreview } from './AppPreview';

type Brand = Schemas['AppBrand'];
type Values = Schemas['AppBrandBody'];

/** What WCAG 2.2 AA asks of text, and the server too. */
const CONTRAST_MIN = 4.5;
const LOGO_MAX_BYTES = 200_000;
const looks = ['light', 'dark'] as const;

function logoOf(brand: Brand): string | null {
  if (brand.logo_digest === null) return null;
  return `/api/v1/driver/brand/logo?operator=${brand.slug}&v=${brand.logo_digest.slice(0, 12)}`;
}

/** A colour of the app, checked against the ground on which it is read. */
function ColourField({ look }: { look: (typeof looks)[number] }) {
  const { t } = useTranslation();
  return (
    <Form.Item
      name={`accent_${look}`}
      label={t(`appBrand.accent.${look}`)}
      getValueFromEvent={(_: unknown, css: string) => css || null}
      rules={[
        {
          validator: (_rule, colour: string | null) =>
            colour && contrastRatio(colour, palettes[look].ground) < CONTRAST_MIN
              ? Promise.reject(new Error(t('code.invalid.brand_contrast')))
              : Promise.resolve(),
        },
      ]}
    >
      <ColorPicker
        disabledAlpha
        allowClear
        format="hex"
        showText={(colour) => (colour.cleared ? t('appBrand.standard') : colour.toHexString())}
        data-testid={`brand-${look}`}
      />
    </Form.Item>
  );
}

function LogoField({ brand }: { brand: Brand }) {
  const { t } = useTranslation();
  const tell = useTell();
  const ask = useAsk();
  const save = useSaveLogo();
  const [isTooLarge, setTooLarge] = useState(false);
  const logo = logoOf(brand);
  return (
    <Form.Item
      label={t('appBrand.logo')}
      extra={t('appBrand.logoHint')}
      {...(isTooLarge && { validateStatus: 'error', help: t('code.invalid.logo') })}
    >
      <Space>
        {logo && <img src={logo} alt={t('appBrand.logo')} width={48} height={48} data-testid="brand-logo" />}
        <Upload
          accept="image/png"
          showUploadList={false}
          beforeUpload={(file) => {
            setTooLarge(file.size > LOGO_MAX_BYTES);
            if (file.size <= LOGO_MAX_BYTES) save.mutate(file, { onError: tell.problem });
            return false;
          }}
        >
          <Button loading={save.isPending}>{t('appBrand.choose')}</Button>
        </Upload>
        {logo && (
          <Button
            danger
            onClick={() =>
              ask({
                title: t('appBrand.noLogoAsk'),
                yes: t('appBrand.noLogo'),
                deed: () => save.mutateAsync(null),
              })
            }
          >
            {t('appBrand.noLogo')}
          </Button>
        )}
      </Space>
    </Form.Item>
  );
}

function BrandForm({ brand }: { brand: Brand }) {
  const { t } = useTranslation();
  const tell = useTell();
  const permits = usePermits();
  const save = useSaveAppBrand();
  const showProblem = useFormProblem();
  const [form] = Form.useForm<Values>();
  const shown = Form.useWatch([], form) as Values | undefined;
  const { operator_id: _id, slug, logo_digest: _digest, ...initial } = brand;
  async function submit(values: Values): Promise<void> {
    try {
      await save.mutateAsync(values);
      tell.done(t('appBrand.saved'));
    } catch (error) {
      showProblem(form, error);
      tell.problem(error);
    }
  }
  return (
    <div className="bc-brand-page">
      <Panel testId="app-brand">
        <Form<Values>
          form={form}
          layout="vertical"
          initialValues={initial}
          disabled={!permits('manage_network')}
          onFinish={(values) => void submit(values)}
          scrollToFirstError
        >
          <Form.Item
            name="name"
            label={t('appBrand.name')}
            rules={[{ required: true, whitespace: true, message: t('form.required') }]}
          >
            <Input maxLength={60} data-testid="brand-name" />
          </Form.Item>
          <Form.Item name="short_name" label={t('appBrand.shortName')} extra={t('appBrand.shortNameHint')}>
            <Input maxLength={20} />
          </Form.Item>
          <div className="bc-brand-colours">
            {looks.map((look) => (
              <ColourField key={look} look={look} />
            ))}
          </div>
          <LogoField brand={brand} />
          <Form.Item
            name="hosts"
            label={t('appBrand.hosts')}
            extra={t('appBrand.hostsHint', { path: `/app/?operator=${slug}` })}
          >
            <Select mode="tags" open={false} suffixIcon={null} tokenSeparators={[',', ' ']} />
          </Form.Item>
          <Form.Item name="support_phone" label={t('appBrand.phone')}>
            <Input maxLength={32} type="tel" />
          </Form.Item>
          <Form.Item name="support_email" label={t('appBrand.email')}>
            <Input maxLength={254} type="email" />
          </Form.Item>
          <Form.Item name="imprint" label={t('appBrand.imprint')}>
            <Input.TextArea rows={4} maxLength={20_000} />
          </Form.Item>
          <Form.Item name="terms" label={t('appBrand.terms')}>
            <Input.TextArea rows={6} maxLength={20_000} />
          </Form.Item>
          <Button type="primary" htmlType="submit" loading={save.isPending} data-testid="brand-save">
            {t('action.save')}
          </Button>
        </Form>
      </Panel>
      <div className="bc-brand-previews">
        {looks.map((look) => (
          <AppPreview
            key={look}
            look={look}
            name={shown?.name || brand.name}
            accent={(shown ? shown[`accent_${look}`] : brand[`accent_${look}`]) ?? null}
            logo={logoOf(brand)}
          />
        ))}
      </div>
    </div>
  );
}

/** White label: how the operator's driver app looks and what it says, with a preview that follows each change. */
export function AppBrandPage() {
  const { t } = useTranslation();
  const { data, error, isError, refetch } = useAppBrand();
  return (
    <>
      <PageHead title={t('nav.appBrand')}>{t('appBrand.intro')}</PageHead>
      {data ? (
        <BrandForm key={data.operator_id} brand={data} />
      ) : isError ? (
        <Failure error={error} action={<Button onClick={() => void refetch()}>{t('action.retry')}</Button>} />
      ) : (
        <Loading rows={8} />
      )}
    </>
  );
}
