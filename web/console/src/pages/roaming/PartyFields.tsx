import { Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';

/** Country and party id, by which operators and partners know each other. */
export function PartyFields() {
  const { t } = useTranslation();
  return (
    <div className="bc-position">
      <Form.Item
        name="country_code"
        label={t('roaming.country')}
        extra={t('roaming.countryHint')}
        rules={[
          { required: true, message: t('form.required') },
          { pattern: /^[A-Za-z]{2}$/, message: t('roaming.countryHint') },
        ]}
      >
        <Input maxLength={2} data-testid="party-country" />
      </Form.Item>
      <Form.Item
        name="party_id"
        label={t('roaming.party')}
        extra={t('roaming.partyHint')}
        rules={[
          { required: true, message: t('form.required') },
          { pattern: /^[A-Za-z0-9]{3}$/, message: t('roaming.partyHint') },
        ]}
      >
        <Input maxLength={3} data-testid="party-id" />
      </Form.Item>
    </div>
  );
}
