import { createLink } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, ReactNode, Ref } from 'react';
import { type Permission, usePermits } from '../queries/me';

interface AnchorProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  /** The right without which the address shows nothing. */
  needs: Permission;
  children?: ReactNode;
  /** What stands there for who may not: the same words, unless told otherwise. */
  others?: ReactNode;
  ref?: Ref<HTMLAnchorElement>;
}

function Anchor({ needs, children, others = children, className, ref, ...props }: AnchorProps) {
  const permits = usePermits();
  if (!permits(needs)) return <span className={className?.replace('bc-link', '').trim()}>{others}</span>;
  return (
    <a ref={ref} className={className} {...props}>
      {children}
    </a>
  );
}

/** A link for those who may go there; for others only its words. */
export const MayLink = createLink(Anchor);
