import type { Schemas } from '@busbar/client';
import { languageNames, languages, Mark, useFormat } from '@busbar/kit';
import { Alert, Button, Form, Input, Select, Switch } from 'antd';
import { useTranslation } from 'react-i18next';
import { EditDrawer } from '../../parts/EditDrawer';
import { Panel } from '../../parts/Panel';
import { useCompanyStatement, useSaveCompanyStatement } from '../../queries/companies';
import { PartyFields } from '../documents/PartyFields';

type Body = Schemas['StatementPlanBody'];

interface StatementPanelProps {
  companyId: string;
  mayWrite: boolean;
  isEditing: boolean;
  onEdit: () => void;
  onClose: () => void;
}

/** Whether and how a company gets monthly statements. */
export function StatementPanel({ companyId, mayWrite, isEditing, onEdit, onClose }: StatementPanelProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data: plan } = useCompanyStatement(companyId);
  const save = useSaveCompanyStatement(companyId);
  if (!plan) return null;
  const { is_active: isActive, email, last_month: month, last_at: at, last_reason: reason } = plan;
  return (
    <Panel
      title={t('statement.title')}
      extra={
        mayWrite && (
          <Button onClick={onEdit} data-testid="statement-edit">
            {t('action.edit')}
          </Button>
        )
      }
    >
      <p className="bc-first">
        <Mark tone={isActive ? 'good' : 'idle'} shape={isActive ? 'check' : 'ring'}>
          {isActive ? t('statement.isOn') : t('statement.isOff')}
        </Mark>{' '}
        {isActive && (email ? t('statement.mailedTo', { email }) : t('statement.notMailed'))}
      </p>
      {month && at && <p className="bc-soft">{t('statement.last', { month, at: format.instant(at) })}</p>}
      {reason && <Alert type="error" showIcon title={t('statement.failed', { reason })} />}
      <EditDrawer<Body>
        title={t('statement.title')}
        isOpen={isEditing && mayWrite}
        onClose={onClose}
        testId="statement-form"
        initial={plan}
        save={async ({ is_active: wanted, buyer, email: address, language }) => {
          await save.mutateAsync({ is_active: wanted, buyer, email: address ?? '', language });
          onClose();
        }}
      >
        <p className="bc-soft bc-first">{t('statement.about')}</p>
        <Form.Item name="is_active" label={t('statement.write')} valuePropName="checked">
          <Switch data-testid="statement-form-active" />
        </Form.Item>
        <Form.Item name="email" label={t('statement.email')} rules={[{ type: 'email', message: t('form.email') }]}>
          <Input type="email" maxLength={254} data-testid="statement-form-email" />
        </Form.Item>
        <Form.Item name="language" label={t('driver.language')}>
          <Select options={languages.map((value) => ({ value, label: languageNames[value] }))} />
        </Form.Item>
        <PartyFields at="buyer" />
      </EditDrawer>
    </Panel>
  );
}
