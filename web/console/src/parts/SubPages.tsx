import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { pagesBeside } from '../app/navigation';
import { usePermits } from '../queries/me';
import '../pages/station/tabLinks.css';

/** The pages that stand under one entry of the navigation with this one, as tabs; each has an address of its own. */
export function SubPages({ of: name }: { of: string }) {
  const { t } = useTranslation();
  const permits = usePermits();
  const pages = pagesBeside(name, permits);
  const head = pages[0];
  if (!head || pages.length < 2) return null;
  return (
    <nav className="bc-tabs" aria-label={t(`nav.${head.under ?? head.name}`)}>
      {pages.map((page) => (
        <Link
          key={page.name}
          to={page.to}
          activeOptions={{ exact: true, includeSearch: false }}
          className={page.name === name ? 'bc-tab bc-tab-chosen' : 'bc-tab'}
          data-testid={`sub-${page.name}`}
        >
          {t(`nav.${page.name}`)}
        </Link>
      ))}
    </nav>
  );
}
