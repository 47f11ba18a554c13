import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Field } from './Field';
import { Icon } from './Icon';

/** As the server asks for it. */
export const PASSWORD_MIN = 8;
const PASSWORD_MAX = 256;

interface PasswordFieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** A new one is chosen, instead of the known one given. */
  isNew?: boolean;
  hint?: string | undefined;
  problem?: string | undefined;
  testId?: string;
}

export function PasswordField({ isNew = false, ...rest }: PasswordFieldProps) {
  const { t } = useTranslation();
  const [isShown, setIsShown] = useState(false);
  return (
    <Field
      {...rest}
      name="password"
      type={isShown ? 'text' : 'password'}
      autoComplete={isNew ? 'new-password' : 'current-password'}
      autoCapitalize="none"
      minLength={isNew ? PASSWORD_MIN : 1}
      maxLength={PASSWORD_MAX}
      required
      aside={
        <button
          type="button"
          className="bd-round"
          aria-label={isShown ? t('signIn.hide') : t('signIn.show')}
          onClick={() => setIsShown(!isShown)}
        >
          <Icon name={isShown ? 'eyeOff' : 'eye'} size={22} />
        </button>
      }
    />
  );
}
