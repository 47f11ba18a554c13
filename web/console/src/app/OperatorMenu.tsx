import { DownOutlined } from '@ant-design/icons';
import { Button, Dropdown, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../queries/me';
import { useOperators } from '../queries/operators';
import { actFor } from './actFor';
import { session } from './server';

/** For which operator one works. Staff of the platform choose; everybody else has their own. */
export function OperatorMenu() {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const [q, setQ] = useState('');
  const { data: me } = useMe();
  const { data } = useOperators({ ...(q && { q }) }, isOpen && me?.is_platform === true);
  if (!me?.is_platform) return <span className="bc-operator">{me?.operator_name}</span>;
  const isElsewhere = session.operator !== null;
  const items = [
    ...(isElsewhere ? [{ key: 'own', label: t('operator.own'), onClick: () => actFor(null) }] : []),
    ...(data?.items ?? []).map(({ operator_id: id, name, slug }) => ({
      key: id,
      disabled: id === me.operator_id,
      label: (
        <span className="bc-two-lines">
          <span>{name}</span>
          <span className="bc-code">{slug}</span>
        </span>
      ),
      onClick: () => actFor(id),
    })),
  ];
  return (
    <Dropdown
      trigger={['click']}
      open={isOpen}
      onOpenChange={setOpen}
      menu={{ items, selectedKeys: [me.operator_id], style: { maxHeight: 360, overflow: 'auto' } }}
      popupRender={(menu) => (
        <div className="bc-operator-menu">
          <Input
            allowClear
            value={q}
            placeholder={t('operator.find')}
            aria-label={t('operator.find')}
            data-testid="operator-find"
            onChange={(event) => setQ(event.target.value)}
          />
          {menu}
        </div>
      )}
    >
      <Button
        type="text"
        className="bc-operator-button"
        data-testid="operator-menu"
        aria-label={t('operator.choose', { name: me.operator_name })}
      >
        <span className={isElsewhere ? 'bc-operator bc-operator-other' : 'bc-operator'}>{me.operator_name}</span>
        <DownOutlined aria-hidden />
      </Button>
    </Dropdown>
  );
}
