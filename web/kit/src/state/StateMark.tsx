import { useTranslation } from 'react-i18next';
import { Mark } from './Mark';
import { isKnownState, lookOf, type StateKind } from './marks';

interface StateMarkProps {
  kind: StateKind;
  /** The API's word, such as `suspended_ev`. */
  state: string;
  pill?: boolean;
  title?: string;
}

/** A state of the API, told in the reader's language. */
export function StateMark({ kind, state, pill, title }: StateMarkProps) {
  const { t } = useTranslation('kit');
  const { tone, shape, flowing } = lookOf(kind, state);
  const word = isKnownState(kind, state) ? t(`mark.${kind}.${state}`) : state;
  return (
    <Mark tone={tone} shape={shape} {...(flowing && { flowing })} {...(pill && { pill })} {...(title && { title })}>
      {word}
    </Mark>
  );
}
