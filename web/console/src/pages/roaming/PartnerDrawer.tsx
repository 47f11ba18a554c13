import type { Schemas } from '@busbar/client';
import { Form, Input, Switch } from 'antd';
import { useTranslation } from 'react-i18next';
import { AuditTrail } from '../../parts/AuditTrail';
import { EditDrawer } from '../../parts/EditDrawer';
import { useTellKept } from '../../parts/useTellKept';
import { keptPartner, useSavePartner } from '../../queries/roaming';
import { PartyFields } from './PartyFields';

type Partner = Schemas['Partner'];

/** Add a partner, or change one. */
export function PartnerDrawer({ edited, onClose }: { edited: Partner | 'new' | null; onClose: () => void }) {
  const { t } = useTranslation();
  const partner = edited === 'new' || edited === null ? undefined : edited;
  const save = useSavePartner(partner?.partner_id);
  const told = useTellKept(keptPartner);
  return (
    <EditDrawer<Schemas['PartnerBody']>
      key={partner?.partner_id ?? 'new'}
      title={partner ? partner.name : t('roaming.add')}
      isOpen={edited !== null}
      onClose={onClose}
      initial={partner ?? { is_active: true }}
      save={async (values) => {
        const left = await save.mutateAsync(values);
        if (partner) told.saved(left.name, partner, left);
        onClose();
      }}
      testId="partner-form"
    >
      <Form.Item
        name="name"
        label={t('roaming.name')}
        rules={[{ required: true, whitespace: true, message: t('form.required') }]}
      >
        <Input maxLength={100} data-testid="partner-form-name" />
      </Form.Item>
      <PartyFields />
      <Form.Item name="is_active" label={t('roaming.active')} extra={t('roaming.activeHint')} valuePropName="checked">
        <Switch />
      </Form.Item>
      {partner && <AuditTrail subject={`partner:${partner.partner_id}`} />}
    </EditDrawer>
  );
}
