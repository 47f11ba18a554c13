import type { Schemas } from '@busbar/client';
import { Empty } from '@busbar/kit';
import { Link } from '@tanstack/react-router';
import { DatePicker, Form, Input, InputNumber, Segmented, Select } from 'antd';
import type { Dayjs } from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EditDrawer } from '../../parts/EditDrawer';
import { MoneyInput } from '../../parts/MoneyInput';
import { useTell } from '../../parts/useTell';
import { useMakeCoupons } from '../../queries/offers';
import { makeCodes } from './offerValues';

interface Values {
  offer_id: string;
  code?: string;
  prefix?: string;
  count?: number;
  uses_max?: number | null;
  budget?: number | null;
  valid_until?: Dayjs | null;
}

interface CouponBatchProps {
  offers: Schemas['Offer'][];
  offerId: string | undefined;
  onClose: () => void;
}

const CODES_MOST = 1_000;

/** Make one code that many share, or many of which each is used once. */
export function CouponBatch({ offers, offerId, onClose }: CouponBatchProps) {
  const { t } = useTranslation();
  const tell = useTell();
  const make = useMakeCoupons();
  const [way, setWay] = useState<'shared' | 'batch'>('shared');
  const [chosen, setChosen] = useState(offerId ?? offers[0]?.offer_id);
  const currency = offers.find(({ offer_id: id }) => id === chosen)?.currency;
  const needed = { required: true, message: t('form.required') };

  async function save(values: Values): Promise<void> {
    const codes =
      way === 'shared' ? [(values.code ?? '').trim()] : makeCodes(values.count ?? 1, (values.prefix ?? '').trim());
    const made = await make.mutateAsync({
      offer_id: values.offer_id,
      codes,
      uses_max: values.uses_max ?? null,
      budget: values.budget ?? null,
      valid_until: values.valid_until?.endOf('day').toISOString() ?? null,
    });
    tell.done(t('coupon.madeCount', { count: made.codes.length }));
    onClose();
  }

  return (
    <EditDrawer<Values>
      title={t('coupon.create')}
      isOpen
      onClose={onClose}
      initial={{ ...(chosen && { offer_id: chosen }), count: 100, uses_max: null }}
      save={save}
      saveLabel={t('coupon.create')}
      testId="coupon-form"
    >
      {offers.length === 0 && (
        <Empty
          title={t('coupon.noOffer')}
          action={
            <Link to="/offers/$offerId" params={{ offerId: 'new' }}>
              {t('offer.create')}
            </Link>
          }
        >
          {t('coupon.noOfferText')}
        </Empty>
      )}
      <Form.Item name="offer_id" label={t('offer.offer')} rules={[needed]}>
        <Select
          options={offers.map(({ offer_id: value, name: label }) => ({ value, label }))}
          onChange={setChosen}
          data-testid="coupon-form-offer"
        />
      </Form.Item>
      <Form.Item>
        <Segmented
          block
          value={way}
          onChange={setWay}
          options={[
            { value: 'shared', label: t('coupon.way.shared') },
            { value: 'batch', label: t('coupon.way.batch') },
          ]}
        />
      </Form.Item>
      {way === 'shared' ? (
        <Form.Item
          name="code"
          label={t('coupon.code')}
          rules={[needed, { pattern: /^[A-Za-z0-9][A-Za-z0-9_-]{2,38}[A-Za-z0-9]$/, message: t('coupon.codeRule') }]}
        >
          <Input maxLength={40} className="bc-code" data-testid="coupon-form-code" />
        </Form.Item>
      ) : (
        <div className="bc-offer-pair">
          <Form.Item
            name="prefix"
            label={t('coupon.prefix')}
            rules={[{ pattern: /^[A-Za-z0-9][A-Za-z0-9_-]{0,19}$/, message: t('coupon.codeRule') }]}
          >
            <Input maxLength={20} placeholder="SPRING-" className="bc-code" data-testid="coupon-form-prefix" />
          </Form.Item>
          <Form.Item name="count" label={t('coupon.count')} rules={[needed]}>
            <InputNumber
              min={1}
              max={CODES_MOST}
              precision={0}
              style={{ width: '100%' }}
              data-testid="coupon-form-count"
            />
          </Form.Item>
        </div>
      )}
      <Form.Item name="uses_max" label={t('coupon.usesMax')} extra={t('coupon.usesMaxHint')}>
        <InputNumber min={1} precision={0} style={{ width: '100%' }} data-testid="coupon-form-uses" />
      </Form.Item>
      {currency && (
        <Form.Item name="budget" label={t('coupon.budget')} extra={t('coupon.budgetHint')}>
          <MoneyInput currency={currency} />
        </Form.Item>
      )}
      <Form.Item name="valid_until" label={t('coupon.lastDay')}>
        <DatePicker style={{ width: '100%' }} />
      </Form.Item>
    </EditDrawer>
  );
}
