import { Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';

const fields = [
  'vat_id',
  'tax_code',
  'street',
  'postcode',
  'city',
  'province',
  'country',
  'email',
  'phone',
  'bank',
  'iban',
  'recipient_code',
  'certified_email',
] as const;
const lengths: Partial<Record<(typeof fields)[number], number>> = {
  country: 2,
  postcode: 20,
  province: 60,
  recipient_code: 7,
};

/** Who sells or buys, as it stands on a document. */
export function PartyFields({ at }: { at: 'seller' | 'buyer' }) {
  const { t } = useTranslation();
  return (
    <div className="bc-party">
      <Form.Item
        name={[at, 'name']}
        label={t('party.name')}
        rules={[{ required: true, whitespace: true, message: t('form.required') }]}
        className="bc-party-wide"
      >
        <Input maxLength={120} data-testid={`party-${at}-name`} />
      </Form.Item>
      {fields.map((field) => (
        <Form.Item
          key={field}
          name={[at, field]}
          label={t(`party.${field}`)}
          {...(field === 'country' && {
            normalize: (text: string) => text.toUpperCase(),
            rules: [{ pattern: /^([A-Z]{2})?$/, message: t('party.countryRule') }],
          })}
        >
          <Input maxLength={lengths[field] ?? 120} data-testid={`party-${at}-${field}`} />
        </Form.Item>
      ))}
    </div>
  );
}
