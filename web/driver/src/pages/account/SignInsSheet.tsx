import { Loading, useFormat, useNow } from '@busbar/kit';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import Button from 'antd-mobile/es/components/button';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../parts/Icon';
import { PageProblem } from '../../parts/PageProblem';
import { Sheet } from '../../parts/Sheet';
import { useProblemText } from '../../parts/useProblemText';
import { endSignIn, signInsQuery } from '../../queries/me';
import { nameClient } from './client';

function SignIns() {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const tellProblem = useProblemText();
  const client = useQueryClient();
  const { data, error, isError } = useQuery(signInsQuery);
  const end = useMutation({
    mutationFn: endSignIn,
    onSettled: () => client.invalidateQueries({ queryKey: signInsQuery.queryKey }),
  });
  if (!data) return isError ? <PageProblem error={error} /> : <Loading rows={4} />;
  return (
    <>
      {end.isError && (
        <p className="bd-problem" role="alert">
          {tellProblem(end.error)}
        </p>
      )}
      <ul className="bd-sign-ins">
        {data.items.map((item) => (
          <li key={item.sign_in_id} data-testid="sign-in-row">
            <Icon name="device" />
            <span>
              <strong>{nameClient(item.client) ?? t('account.unknownClient')}</strong>
              <small>
                {item.is_current
                  ? t('account.thisPhone')
                  : t('account.lastUsed', { age: format.age(item.used_at, now) })}
                {' · '}
                {item.address}
              </small>
            </span>
            {!item.is_current && (
              <Button size="small" data-testid="end-sign-in" onClick={() => end.mutate(item.sign_in_id)}>
                {t('account.endSignIn')}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

/** Where this person is signed in. */
export function SignInsSheet({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Sheet isOpen={isOpen} onClose={onClose} title={t('account.signIns')} testId="sign-ins-sheet">
      <SignIns />
    </Sheet>
  );
}
