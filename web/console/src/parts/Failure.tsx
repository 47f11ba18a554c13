import { Failed } from '@busbar/kit';
import type { ReactNode } from 'react';
import { useProblemText } from './useProblemText';

/** In the place of what could not be read: why, in the reader's language. */
export function Failure({ error, action }: { error: unknown; action?: ReactNode }) {
  const problemText = useProblemText();
  return <Failed error={error} words={problemText(error)} action={action} />;
}
