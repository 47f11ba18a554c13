import { minorDigits } from '@busbar/kit';
import { InputNumber } from 'antd';
import { toMajorText, toMinor } from './minor';

interface MoneyInputProps {
  currency: string;
  /** Whole minor units; null: nothing given. */
  value?: number | null;
  onChange?: (minor: number | null) => void;
  isSigned?: boolean;
  id?: string;
  placeholder?: string;
  label?: string;
  testId?: string;
}

/** An amount of money: written in major units, kept in whole minor ones. */
export function MoneyInput({ currency, value, onChange, isSigned, id, placeholder, label, testId }: MoneyInputProps) {
  const digits = minorDigits(currency);
  return (
    <InputNumber<string>
      {...(id && { id })}
      {...(placeholder && { placeholder })}
      {...(label && { 'aria-label': label })}
      stringMode
      precision={digits}
      {...(!isSigned && { min: '0' })}
      max="9999999999"
      suffix={currency}
      style={{ width: '100%' }}
      value={value == null ? null : toMajorText(value, digits)}
      onChange={(text) => onChange?.(text == null ? null : toMinor(String(text), digits))}
      data-testid={testId}
    />
  );
}
