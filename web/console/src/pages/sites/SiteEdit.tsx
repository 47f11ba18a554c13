import type { Schemas } from '@busbar/client';
import { lookOf } from '@busbar/kit';
import { useNavigate } from '@tanstack/react-router';
import { Checkbox, DatePicker, Form, Input, InputNumber, Select } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { EditDrawer } from '../../parts/EditDrawer';
import { LazyMap } from '../../parts/LazyMap';
import { useTellKept } from '../../parts/useTellKept';
import { keptSite, useSaveSite } from '../../queries/sites';
import { HoursFields } from './HoursFields';
import { fromForm, type HoursForm, toForm } from './hours';

type Body = Schemas['SiteBody'];
/** The connection is entered in kW, as it stands in its contract. */
type Values = Omit<Body, 'grid_limit_w' | 'hours'> & { grid_limit_kw?: number | null; opening: HoursForm };
const GRID_MOST_KW = 1_000_000;

const zones = Intl.supportedValuesOf('timeZone').map((value) => ({ value, label: value }));

/** A press on the map puts the site there; the fields hold the figures. */
function PositionFields() {
  const { t } = useTranslation();
  const form = Form.useFormInstance<Values>();
  const latitude: number | undefined = Form.useWatch('latitude', form);
  const longitude: number | undefined = Form.useWatch('longitude', form);
  const name: string | undefined = Form.useWatch('name', form);
  const places = useMemo(() => {
    if (latitude == null || longitude == null) return [];
    const { tone, shape } = lookOf('connector', 'available');
    return [{ id: 'site', name: name || t('site.here'), latitude, longitude, tone, shape, state: t('site.here') }];
  }, [latitude, longitude, name, t]);
  return (
    <>
      <div className="bc-position">
        <Form.Item name="latitude" label={t('site.latitude')} rules={[{ required: true, message: t('form.required') }]}>
          <InputNumber min={-90} max={90} step={0.0001} style={{ width: '100%' }} data-testid="site-form-latitude" />
        </Form.Item>
        <Form.Item
          name="longitude"
          label={t('site.longitude')}
          rules={[{ required: true, message: t('form.required') }]}
        >
          <InputNumber min={-180} max={180} step={0.0001} style={{ width: '100%' }} data-testid="site-form-longitude" />
        </Form.Item>
      </div>
      <div className="bc-position-map">
        <LazyMap
          places={places}
          heightPx={220}
          label={t('site.pick')}
          onPick={(picked) =>
            form.setFieldsValue({
              latitude: Number(picked.latitude.toFixed(6)),
              longitude: Number(picked.longitude.toFixed(6)),
            })
          }
        />
      </div>
      <p className="bc-soft">{t('site.pickHint')}</p>
    </>
  );
}

/** Days of the site's own calendar, one press each. */
function DaysField({ name, label, extra }: { name: 'holidays' | 'working_days'; label: string; extra: string }) {
  return (
    <Form.Item
      name={name}
      label={label}
      extra={extra}
      getValueProps={(days?: string[]) => ({ value: (days ?? []).map((day) => dayjs(day)) })}
      normalize={(days?: Dayjs[]) => (days ?? []).map((day) => day.format('YYYY-MM-DD'))}
    >
      <DatePicker multiple maxTagCount="responsive" style={{ width: '100%' }} data-testid={`site-form-${name}`} />
    </Form.Item>
  );
}

/** Create a site or change one. */
export function SiteEdit({ site, isOpen, onClose }: { site?: Schemas['Site']; isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const saveSite = useSaveSite(site?.site_id);
  const told = useTellKept(keptSite);

  async function save(values: Values): Promise<void> {
    const { grid_limit_kw: limitKw, opening, ...body } = values;
    const saved = await saveSite.mutateAsync({
      ...body,
      hours: fromForm(opening, values.time_zone ?? 'UTC'),
      country: (values.country ?? '').toUpperCase(),
      subdivision: (values.subdivision ?? '').toUpperCase(),
      grid_limit_w: limitKw == null ? null : Math.round(limitKw * 1_000),
    });
    if (site) {
      told.saved(saved.name, site, saved);
      onClose();
    } else await navigate({ to: '/sites/$siteId', params: { siteId: saved.site_id } });
  }

  const { name, address, city, country, latitude, longitude, time_zone, is_public } = site ?? {};
  const initial: Partial<Values> = site
    ? {
        name,
        address,
        city,
        country,
        latitude,
        longitude,
        time_zone,
        is_public,
        subdivision: site.subdivision,
        holidays: site.holidays,
        working_days: site.working_days,
        grid_limit_kw: site.grid_limit_w === null ? null : site.grid_limit_w / 1_000,
        opening: toForm(site.hours, site.time_zone),
      }
    : {
        opening: { is_always: true, week: [], exceptions: [] },
        address: '',
        city: '',
        country: '',
        time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
        is_public: true,
      };
  return (
    <EditDrawer<Values>
      title={site ? t('site.edit') : t('site.create')}
      isOpen={isOpen}
      onClose={onClose}
      testId="site-form"
      width={520}
      initial={initial}
      save={save}
      {...(!site && { saveLabel: t('action.create') })}
    >
      <Form.Item name="name" label={t('site.name')} rules={[{ required: true, message: t('form.required') }]}>
        <Input autoFocus maxLength={120} data-testid="site-form-name" />
      </Form.Item>
      <Form.Item name="address" label={t('site.address')}>
        <Input maxLength={250} />
      </Form.Item>
      <div className="bc-position">
        <Form.Item name="city" label={t('site.city')}>
          <Input maxLength={250} />
        </Form.Item>
        <Form.Item name="country" label={t('site.country')} extra={t('site.countryHint')}>
          <Input maxLength={2} />
        </Form.Item>
      </div>
      <PositionFields />
      <Form.Item name="time_zone" label={t('site.zone')}>
        <Select showSearch options={zones} />
      </Form.Item>
      <Form.Item name="subdivision" label={t('site.subdivision')} extra={t('site.subdivisionHint')}>
        <Input maxLength={6} data-testid="site-form-subdivision" />
      </Form.Item>
      <DaysField name="holidays" label={t('site.holidays')} extra={t('site.holidaysHint')} />
      <DaysField name="working_days" label={t('site.workingDays')} extra={t('site.workingDaysHint')} />
      <Form.Item name="grid_limit_kw" label={t('site.gridLimit')} extra={t('site.gridLimitHint')}>
        <InputNumber
          min={0.001}
          max={GRID_MOST_KW}
          suffix="kW"
          style={{ width: '100%' }}
          data-testid="site-form-grid-limit"
        />
      </Form.Item>
      <HoursFields />
      <Form.Item name="is_public" valuePropName="checked">
        <Checkbox>{t('site.showToDrivers')}</Checkbox>
      </Form.Item>
    </EditDrawer>
  );
}
