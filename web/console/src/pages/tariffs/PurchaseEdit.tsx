import { PlusOutlined } from '@ant-design/icons';
import type { Schemas } from '@busbar/client';
import { Button, DatePicker, Form, Input, Select } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AuditTrail } from '../../parts/AuditTrail';
import { EditDrawer } from '../../parts/EditDrawer';
import { useSiteOptions } from '../../queries/sites';
import { useSavePurchase } from '../../queries/tariffs';
import { PeriodPainter } from './PeriodPainter';
import { dayTypes, letters, newTable, periods, replaceAt, type Table } from './terms';

type Purchase = Schemas['PurchaseTariff'];
type Period = (typeof periods)[number];
type DayType = (typeof dayTypes)[number];

interface Values {
  name: string;
  site_id?: string | null;
  valid_from: Dayjs;
  prices: Partial<Record<Period, string>>;
}

interface Days {
  table: Table;
  dayTypes: DayType[];
}

interface PurchaseEditProps {
  /** Null: a new one. */
  purchase: Purchase | null;
  onClose: () => void;
}

/** The periods that are painted anywhere: those need a price. */
export function usedPeriods(days: readonly Days[]): Period[] {
  return periods.filter((period) => days.some(({ table }) => table.slots.includes(letters[period])));
}

/** What electricity costs from a day on: the prices of the periods, and the periods of a day. */
export function PurchaseEdit({ purchase, onClose }: PurchaseEditProps) {
  const { t } = useTranslation();
  const sites = useSiteOptions();
  const save = useSavePurchase(purchase?.purchase_id);
  const [days, setDays] = useState<Days[]>(
    purchase
      ? purchase.days.map((each) => ({ table: { ...newTable(), slots: each.slots }, dayTypes: each.day_types }))
      : [{ table: newTable(), dayTypes: [] }],
  );
  const used = usedPeriods(days);
  const change = (index: number, changed: Partial<Days>) =>
    setDays(days.map((each, place) => (place === index ? { ...each, ...changed } : each)));

  async function store({ name, site_id: siteId, valid_from: validFrom, prices }: Values): Promise<void> {
    await save.mutateAsync({
      name,
      site_id: siteId ?? null,
      currency: purchase?.currency ?? null,
      valid_from: validFrom.format('YYYY-MM-DD'),
      prices: Object.fromEntries(used.map((period) => [period, (prices[period] ?? '').replace(',', '.').trim()])),
      days: days.map(({ table, dayTypes: types }, index) => ({
        slots: table.slots,
        months: purchase?.days[index]?.months ?? [],
        day_types: types,
      })),
    });
    onClose();
  }

  return (
    <EditDrawer<Values>
      title={purchase ? t('purchase.edit') : t('purchase.create')}
      isOpen
      onClose={onClose}
      width={720}
      initial={
        purchase
          ? {
              name: purchase.name,
              site_id: purchase.site_id,
              valid_from: dayjs(purchase.valid_from),
              prices: purchase.prices as Values['prices'],
            }
          : { valid_from: dayjs().startOf('month') }
      }
      save={store}
      testId="purchase-form"
    >
      <Form.Item name="name" label={t('purchase.name')} rules={[{ required: true, message: t('form.required') }]}>
        <Input autoFocus={!purchase} maxLength={100} data-testid="purchase-form-name" />
      </Form.Item>
      <div className="bc-position">
        <Form.Item name="site_id" label={t('tariff.subject.site')}>
          <Select allowClear options={sites} placeholder={t('offer.allSites')} data-testid="purchase-form-site" />
        </Form.Item>
        <Form.Item
          name="valid_from"
          label={t('purchase.validFrom')}
          rules={[{ required: true, message: t('form.required') }]}
        >
          <DatePicker allowClear={false} style={{ width: '100%' }} />
        </Form.Item>
      </div>
      {days.map(({ table, dayTypes: types }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: kinds of days are known by their place
        <section key={index} className="bc-purchase-days" aria-label={t('purchase.days')}>
          {index < days.length - 1 ? (
            <Select<DayType[]>
              mode="multiple"
              value={types}
              onChange={(chosen) => change(index, { dayTypes: chosen })}
              options={dayTypes.map((value) => ({ value, label: t(`tariff.dayType.${value}`) }))}
              placeholder={t('purchase.dayTypes')}
              aria-label={t('purchase.dayTypes')}
              style={{ width: '100%' }}
            />
          ) : (
            <b>{days.length > 1 ? t('purchase.otherDays') : t('purchase.everyDay')}</b>
          )}
          <PeriodPainter
            table={table}
            onChange={(changed) => setDays(replaceAt(days, index, { table: changed, dayTypes: types }))}
            {...(days.length > 1 && { onRemove: () => setDays(days.filter((_, place) => place !== index)) })}
          />
        </section>
      ))}
      <Button
        icon={<PlusOutlined />}
        onClick={() => setDays([{ table: newTable(), dayTypes: ['weekend', 'holiday'] }, ...days])}
        data-testid="purchase-form-days"
      >
        {t('purchase.addDays')}
      </Button>
      <div className="bc-purchase-prices">
        {used.map((period) => (
          <Form.Item
            key={period}
            name={['prices', period]}
            label={`${t(`tariff.period.${period}`)} · ${t('purchase.perKwh', { currency: purchase?.currency ?? '' })}`}
            rules={[
              { required: true, message: t('form.required') },
              { pattern: /^\s*\d{1,4}([.,]\d{1,6})?\s*$/, message: t('purchase.priceRule') },
            ]}
          >
            <Input inputMode="decimal" data-testid={`purchase-form-${period}`} />
          </Form.Item>
        ))}
      </div>
      {purchase && <AuditTrail subject={`purchase:${purchase.purchase_id}`} />}
    </EditDrawer>
  );
}
