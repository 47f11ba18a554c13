import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormSheet } from '../../parts/FormSheet';
import { tellNotice } from '../../parts/notices';
import { PASSWORD_MIN, PasswordField } from '../../parts/PasswordField';
import { changePassword } from '../../queries/me';

export function PasswordSheet({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [before, setBefore] = useState('');
  const [after, setAfter] = useState('');
  const save = useMutation({
    mutationFn: () => changePassword(before, after),
    onSuccess: () => {
      tellNotice(t('account.passwordChanged'));
      onClose();
    },
  });
  return (
    <FormSheet
      isOpen
      onClose={onClose}
      title={t('account.password')}
      action={t('action.save')}
      mutation={save}
      testId="password-sheet"
    >
      <PasswordField label={t('account.oldPassword')} value={before} onChange={setBefore} testId="old-password" />
      <PasswordField
        label={t('account.newPassword')}
        value={after}
        onChange={setAfter}
        isNew
        hint={t('signIn.passwordHint', { count: PASSWORD_MIN })}
        testId="new-password"
      />
    </FormSheet>
  );
}
