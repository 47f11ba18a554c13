import { Checkbox, DatePicker, Form, Input, InputNumber, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { DriverSelect } from '../../parts/DriverSelect';
import { useGroupOptions } from '../../queries/access';
import { useCompanyOptions } from '../../queries/companies';
import { usePermits } from '../../queries/me';
import { usePlanOptions } from '../../queries/offers';
import { useSiteOptions } from '../../queries/sites';
import { audiences, type OfferValues, offerKinds, reducedKinds, shares } from './offerValues';

const CURRENCIES = ['EUR', 'CNY', 'CHF', 'GBP', 'USD', 'HKD', 'JPY', 'PLN', 'SEK', 'NOK', 'DKK', 'CZK'];

const amount = { stringMode: true, min: '0', style: { width: '100%' } } as const;

/** Whose an offer is. */
function Whose({ audience }: { audience: OfferValues['audience'] }) {
  const { t } = useTranslation();
  const groups = useGroupOptions();
  const permits = usePermits();
  const companies = useCompanyOptions(permits('read_money'));
  const plans = usePlanOptions();
  const sites = useSiteOptions();
  const needed = [{ required: true, message: t('form.required') }];
  return (
    <>
      <div className="bc-offer-pair">
        <Form.Item name="audience" label={t('offer.whose')}>
          <Select
            options={audiences
              .filter((value) => value !== 'company' || permits('read_money'))
              .map((value) => ({ value, label: t(`offer.audience.${value}`) }))}
            data-testid="offer-audience"
          />
        </Form.Item>
        {audience === 'group' && (
          <Form.Item name="subject" label={t('offer.audience.group')} rules={needed}>
            <Select options={groups} showSearch={{ optionFilterProp: 'label' }} />
          </Form.Item>
        )}
        {audience === 'company' && (
          <Form.Item name="subject" label={t('offer.audience.company')} rules={needed}>
            <Select options={companies} showSearch={{ optionFilterProp: 'label' }} data-testid="offer-company" />
          </Form.Item>
        )}
        {audience === 'plan' && (
          <Form.Item name="subject" label={t('offer.audience.plan')} rules={needed}>
            <Select options={plans} showSearch={{ optionFilterProp: 'label' }} />
          </Form.Item>
        )}
        {audience === 'driver' && (
          <Form.Item name="subject" label={t('offer.audience.driver')} rules={needed}>
            <DriverSelect />
          </Form.Item>
        )}
      </div>
      {audience === 'coupon' && <p className="bc-soft">{t('offer.couponText')}</p>}
      <Form.Item name="site_ids" label={t('offer.sites')}>
        <Select mode="multiple" allowClear optionFilterProp="label" options={sites} placeholder={t('offer.allSites')} />
      </Form.Item>
      <div className="bc-offer-pair">
        <Form.Item name="valid_from" label={t('offer.from')}>
          <DatePicker showTime={{ format: 'HH:mm' }} format="YYYY-MM-DD HH:mm" style={{ width: '100%' }} />
        </Form.Item>
        <Form.Item name="valid_until" label={t('offer.until')}>
          <DatePicker showTime={{ format: 'HH:mm' }} format="YYYY-MM-DD HH:mm" style={{ width: '100%' }} />
        </Form.Item>
      </div>
    </>
  );
}

/** How an offer combines with others. */
function Stacking({ currency }: { currency: string }) {
  const { t } = useTranslation();
  return (
    <>
      <div className="bc-offer-pair">
        <Form.Item name="shares" label={t('offer.shares')}>
          <Select
            mode="multiple"
            placeholder={t('offer.everything')}
            options={shares.map((value) => ({ value, label: t(`tariff.share.${value}`) }))}
          />
        </Form.Item>
        <Form.Item name="kinds" label={t('offer.kinds')}>
          <Select
            mode="multiple"
            placeholder={t('offer.everything')}
            options={reducedKinds.map((value) => ({ value, label: t(`price.kind.${value}`) }))}
          />
        </Form.Item>
        <Form.Item name="min_amount" label={t('offer.minAmount')}>
          <InputNumber {...amount} suffix={currency} />
        </Form.Item>
        <Form.Item name="max_amount" label={t('offer.maxAmount')}>
          <InputNumber {...amount} suffix={currency} data-testid="offer-max" />
        </Form.Item>
      </div>
      <div className="bc-offer-pair">
        <Form.Item name="priority" label={t('offer.priority')} extra={t('offer.priorityHint')}>
          <InputNumber min={-1000} max={1000} precision={0} style={{ width: '100%' }} />
        </Form.Item>
        <Form.Item name="is_exclusive" valuePropName="checked" label={t('offer.alone')}>
          <Checkbox>{t('offer.exclusive')}</Checkbox>
        </Form.Item>
      </div>
    </>
  );
}

/** What an offer says: what it takes off, from what, whose it is and when. */
export function OfferFields({ values }: { values: OfferValues }) {
  const { t } = useTranslation();
  const { kind, currency, audience } = values;
  const units = { percentage: '%', fixed: currency, free_energy: 'kWh', included_energy: 'kWh' } as const;
  const unit = kind === 'staff_price' ? `${currency}/kWh` : units[kind];
  const hasCurrency = kind === 'fixed' || kind === 'staff_price' || audience === 'coupon';
  return (
    <>
      <Form.Item
        name="name"
        label={t('offer.name')}
        rules={[{ required: true, whitespace: true, message: t('form.required') }]}
      >
        <Input maxLength={100} placeholder={t('offer.nameHint')} data-testid="offer-name" />
      </Form.Item>
      <div className="bc-offer-pair">
        <Form.Item name="kind" label={t('offer.kind')}>
          <Select
            options={offerKinds.map((value) => ({ value, label: t(`offer.kindName.${value}`) }))}
            data-testid="offer-kind"
          />
        </Form.Item>
        <Form.Item
          name="value"
          label={t(`offer.value.${kind}`)}
          rules={[{ required: true, message: t('form.required') }]}
        >
          <InputNumber
            {...amount}
            max={kind === 'percentage' ? '100' : '1000000'}
            suffix={unit}
            data-testid="offer-value"
          />
        </Form.Item>
        {hasCurrency && (
          <Form.Item name="currency" label={t('tariff.currency')}>
            <Select
              showSearch
              options={[...new Set([currency, ...CURRENCIES])].map((value) => ({ value, label: value }))}
            />
          </Form.Item>
        )}
      </div>
      <Whose audience={audience} />
      <details className="bc-offer-more">
        <summary>{t('offer.details')}</summary>
        <Stacking currency={currency} />
      </details>
    </>
  );
}
