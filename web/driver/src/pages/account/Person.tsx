import { Loading } from '@busbar/kit';
import { useMutation, useQuery } from '@tanstack/react-query';
import Button from 'antd-mobile/es/components/button';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useBrandName } from '../../app/brand';
import { Icon, type IconName } from '../../parts/Icon';
import { PageProblem } from '../../parts/PageProblem';
import { exportMyData, meQuery, signOut } from '../../queries/me';
import { EraseSheet } from './EraseSheet';
import { NameSheet } from './NameSheet';
import { PasswordSheet } from './PasswordSheet';
import { SignInsSheet } from './SignInsSheet';
import { StatementSheet } from './StatementSheet';

type Open = 'name' | 'password' | 'signIns' | 'statement' | 'erase' | null;

function Row({
  label,
  value,
  icon,
  testId,
  onPress,
}: {
  label: string;
  value?: string;
  icon?: IconName;
  testId: string;
  onPress: () => void;
}) {
  return (
    <button type="button" className="bd-row" data-testid={testId} onClick={onPress}>
      <span>{label}</span>
      {value && <span className="bd-row-value">{value}</span>}
      <Icon name={icon ?? 'forward'} size={20} />
    </button>
  );
}

const REVOKE_MILLIS = 10_000;

/** Hand the person a file of all that is kept about them, named after whose app it is. */
async function saveMyData(brandName: string): Promise<void> {
  const data = await exportMyData();
  const address = URL.createObjectURL(new Blob([JSON.stringify(data, null, 2)], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = `${brandName.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '-')}-my-data.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), REVOKE_MILLIS); // at once, it would be gone before it is saved
}

/** The signed-in driver. */
export function Person() {
  const { t } = useTranslation();
  const { data: me, error, isError, refetch } = useQuery(meQuery);
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const leave = useMutation({ mutationFn: signOut });
  const brandName = useBrandName();
  const save = useMutation({ mutationFn: () => saveMyData(brandName) });
  if (!me)
    return isError ? (
      <>
        <PageProblem error={error} onRetry={() => void refetch()} />
        <Button block size="large" data-testid="sign-out" onClick={() => leave.mutate()}>
          {t('account.signOut')}
        </Button>
      </>
    ) : (
      <Loading rows={4} />
    );
  return (
    <>
      <section className="bd-card bd-person">
        <p className="bd-person-name" data-testid="me-name">
          {me.display_name}
        </p>
        <p data-testid="me-email">{me.email}</p>
        <small>{t('account.withOperator', { operator: me.operator_name })}</small>
      </section>
      <section className="bd-card bd-rows">
        <Row label={t('account.name')} value={me.display_name} testId="edit-name" onPress={() => setOpen('name')} />
        <Row label={t('account.password')} testId="edit-password" onPress={() => setOpen('password')} />
        <Row label={t('account.signIns')} testId="sign-ins" onPress={() => setOpen('signIns')} />
        <Row label={t('statement.title')} testId="statement" onPress={() => setOpen('statement')} />
        <Row
          label={t('account.export')}
          {...(save.isPending && { value: t('signIn.waiting') })}
          icon="install"
          testId="export"
          onPress={() => !save.isPending && save.mutate()}
        />
        {save.isError && (
          <p className="bd-problem" role="alert">
            {t('account.exportFailed')}
          </p>
        )}
      </section>
      <Button block size="large" className="bd-main-button" data-testid="sign-out" onClick={() => leave.mutate()}>
        {t('account.signOut')}
      </Button>
      <button type="button" className="bd-link bd-danger" data-testid="erase" onClick={() => setOpen('erase')}>
        {t('account.erase')}
      </button>
      {open === 'name' && <NameSheet onClose={close} me={me} />}
      {open === 'password' && <PasswordSheet onClose={close} />}
      <SignInsSheet isOpen={open === 'signIns'} onClose={close} />
      <StatementSheet isOpen={open === 'statement'} onClose={close} />
      {open === 'erase' && <EraseSheet onClose={close} />}
    </>
  );
}
