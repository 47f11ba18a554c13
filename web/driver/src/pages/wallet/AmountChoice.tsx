import { useFormat } from '@busbar/kit';

interface AmountChoiceProps {
  label: string;
  amounts: number[];
  currency: string;
  amount: number;
  /** It can no longer be chosen: what was chosen is on its way. */
  isFixed?: boolean;
  onChoose: (amount: number) => void;
}

/** A few amounts to choose from, large enough for a thumb. */
export function AmountChoice({ label, amounts, currency, amount, isFixed, onChoose }: AmountChoiceProps) {
  const format = useFormat();
  return (
    <fieldset disabled={isFixed} className="bd-amounts">
      <legend>{label}</legend>
      {amounts.map((each) => (
        <label key={each}>
          <input
            type="radio"
            name="amount"
            checked={each === amount}
            data-testid={`amount-${each}`}
            onChange={() => onChoose(each)}
          />
          <span>{format.money(each, currency)}</span>
        </label>
      ))}
    </fieldset>
  );
}
