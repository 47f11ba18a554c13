import type { Schemas } from '@busbar/client';
import { Checkbox, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { EditDrawer } from '../../parts/EditDrawer';
import { useTellKept } from '../../parts/useTellKept';
import { keptCompany, useSaveCompany } from '../../queries/companies';

interface CompanyEditProps {
  company: Schemas['Company'] | undefined;
  onClose: () => void;
  onMade?: (companyId: string) => void;
}

/** The name of a company, and whether it pays for its drivers. */
export function CompanyEdit({ company, onClose, onMade }: CompanyEditProps) {
  const { t } = useTranslation();
  const saveCompany = useSaveCompany(company?.company_id);
  const told = useTellKept(keptCompany);
  return (
    <EditDrawer<Schemas['CompanyBody']>
      title={company ? t('company.edit') : t('company.create')}
      isOpen
      onClose={onClose}
      initial={{ name: company?.name ?? '', is_active: company?.is_active ?? true }}
      save={async (values) => {
        const saved = await saveCompany.mutateAsync(values);
        if (company) told.saved(saved.name, company, saved);
        onClose();
        onMade?.(saved.company_id);
      }}
      testId="company-form"
    >
      <Form.Item
        name="name"
        label={t('company.name')}
        rules={[{ required: true, whitespace: true, message: t('form.required') }]}
      >
        <Input autoFocus maxLength={120} data-testid="company-form-name" />
      </Form.Item>
      <Form.Item name="is_active" valuePropName="checked" extra={t('company.activeHint')}>
        <Checkbox>{t('company.paysFor')}</Checkbox>
      </Form.Item>
    </EditDrawer>
  );
}
