import { type HTMLInputTypeAttribute, type ReactNode, useId } from 'react';

interface FieldProps {
  label: string;
  name: string;
  value: string;
  onChange: (value: string) => void;
  type?: HTMLInputTypeAttribute;
  autoComplete?: string;
  autoCapitalize?: string;
  maxLength?: number;
  minLength?: number;
  /** Of a number: without it, a browser takes none but whole ones. */
  step?: number | 'any';
  min?: number;
  max?: number;
  required?: boolean;
  hint?: string | undefined;
  problem?: string | undefined;
  testId?: string;
  /** Beside the text, such as the eye of a password. */
  aside?: ReactNode;
}

/** A labelled line to type in, large enough for a wet thumb. */
export function Field({ label, value, onChange, hint, problem, testId, aside, ...rest }: FieldProps) {
  const id = useId();
  const hintId = `${id}-hint`;
  const told = problem ?? hint;
  return (
    <div className="bd-field" data-bad={problem ? true : undefined}>
      <label htmlFor={id}>{label}</label>
      <div className="bd-field-line">
        <input
          id={id}
          value={value}
          aria-invalid={problem ? true : undefined}
          aria-describedby={told ? hintId : undefined}
          data-testid={testId}
          onChange={(event) => onChange(event.target.value)}
          {...rest}
        />
        {aside}
      </div>
      {told && <small id={hintId}>{told}</small>}
    </div>
  );
}
