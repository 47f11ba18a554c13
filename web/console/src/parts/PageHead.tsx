import { Link, type LinkProps } from '@tanstack/react-router';
import { type ReactNode, useEffect } from 'react';
import { SubPages } from './SubPages';

interface PageHeadProps {
  title: string;
  /** Beside the title: its state. */
  mark?: ReactNode;
  /** Under the title: what it is, in one line. */
  children?: ReactNode;
  /** Where this page belongs. */
  up?: { label: string; link: LinkProps };
  actions?: ReactNode;
  /** The name of a page of the navigation: those that stand beside it follow as tabs. */
  page?: string;
}

/** The head of a page; it also names the browser's tab. */
export function PageHead({ title, mark, children, up, actions, page }: PageHeadProps) {
  useEffect(() => {
    document.title = `${title} · Busbar`;
  }, [title]);
  const head = (
    <header className="bc-head">
      <div className="bc-head-words">
        {up && (
          <Link {...up.link} className="bc-head-up">
            {up.label}
          </Link>
        )}
        <div className="bc-head-title">
          <h1>{title}</h1>
          {mark}
        </div>
        {children && <div className="bc-head-line">{children}</div>}
      </div>
      {actions && <div className="bc-head-actions">{actions}</div>}
    </header>
  );
  return page ? (
    <>
      {head}
      <SubPages of={page} />
    </>
  ) : (
    head
  );
}
