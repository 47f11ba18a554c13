import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormSheet } from '../../parts/FormSheet';
import { tellNotice } from '../../parts/notices';
import { PasswordField } from '../../parts/PasswordField';
import { eraseMe } from '../../queries/me';

/** Leaving for good, with the password once more. */
export function EraseSheet({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [password, setPassword] = useState('');
  const erase = useMutation({
    mutationFn: () => eraseMe(password),
    onSuccess: () => {
      tellNotice(t('account.erased'));
      void navigate({ to: '/' });
    },
  });
  return (
    <FormSheet
      isOpen
      onClose={onClose}
      title={t('account.erase')}
      action={t('account.eraseConfirm')}
      mutation={erase}
      isDangerous
      testId="erase-sheet"
    >
      <p className="bd-lead">{t('account.eraseText')}</p>
      <PasswordField label={t('signIn.password')} value={password} onChange={setPassword} testId="erase-password" />
    </FormSheet>
  );
}
