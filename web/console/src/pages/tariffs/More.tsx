import { type ReactNode, useState } from 'react';

interface MoreProps {
  summary: string;
  /** Something in it is set: it begins open, so that nothing that holds is out of sight. */
  isSet: boolean;
  testId: string;
  children: ReactNode;
}

/** What is seldom needed, folded away until it is. */
export function More({ summary, isSet, testId, children }: MoreProps) {
  const [isOpen, setOpen] = useState(isSet);
  return (
    <details
      className="bc-terms-more"
      open={isOpen || isSet}
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
      data-testid={testId}
    >
      <summary>{summary}</summary>
      {children}
    </details>
  );
}
