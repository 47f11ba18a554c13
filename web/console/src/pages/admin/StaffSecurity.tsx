import { Loading, Mark, useFormat, useNow } from '@busbar/kit';
import { App, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Failure } from '../../parts/Failure';
import { useAsk } from '../../parts/useAsk';
import { useTell } from '../../parts/useTell';
import { useRevokeSignIn } from '../../queries/admin';
import { useResetFactors, useStaffSecurity } from '../../queries/factors';
import { readClient } from './readClient';
import './factors.css';

/** Where a member of staff is signed in and by what, for an administrator. */
export function StaffSecurity({ staffId }: { staffId: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const { modal } = App.useApp();
  const ask = useAsk();
  const tell = useTell();
  const { factors, signIns } = useStaffSecurity(staffId);
  const reset = useResetFactors(staffId);
  const revoke = useRevokeSignIn();
  if (factors.error || signIns.error) return <Failure error={factors.error ?? signIns.error} />;
  if (!factors.data || !signIns.data) return <Loading rows={3} />;
  const { has_totp: hasTotp, passkeys } = factors.data;
  const hasFactor = hasTotp || passkeys.length > 0;
  return (
    <section data-testid="staff-security">
      <h2 className="bc-drawer-part">{t('factor.title')}</h2>
      <p>
        {hasTotp && (
          <Mark tone="good" shape="check">
            {t('factor.phone')}
          </Mark>
        )}{' '}
        {passkeys.length > 0 && (
          <Mark tone="good" shape="check">
            {t('factor.passkeyCount', { count: passkeys.length })}
          </Mark>
        )}
        {!hasFactor && <span className="bc-soft">{t('factor.none')}</span>}
      </p>
      {hasFactor && (
        <Button
          size="small"
          danger
          onClick={() =>
            void modal.confirm({
              title: t('factor.reset'),
              content: t('factor.resetText'),
              okText: t('factor.reset'),
              okButtonProps: { danger: true },
              onOk: () => reset.mutateAsync(undefined).catch(tell.problem),
            })
          }
        >
          {t('factor.reset')}
        </Button>
      )}
      <h2 className="bc-drawer-part">{t('account.signIns')}</h2>
      {signIns.data.items.length === 0 && <p className="bc-soft">{t('factor.nowhere')}</p>}
      <ul className="bc-passkeys">
        {signIns.data.items.map((item) => (
          <li key={item.sign_in_id}>
            <span className="bc-two-lines">
              <span title={item.client}>
                {readClient(item.client)} · {t(`factor.methods.${item.method}`)}
              </span>
              <span>
                {item.address} · {format.age(item.used_at, now)}
              </span>
            </span>
            <Button
              size="small"
              data-testid="sign-in-end"
              onClick={() =>
                ask({
                  title: t('account.endAsk', { client: readClient(item.client) }),
                  text: t('account.endText'),
                  yes: t('account.end'),
                  deed: () => revoke.mutateAsync(item.sign_in_id),
                })
              }
            >
              {t('account.end')}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
