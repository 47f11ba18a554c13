import type { ReactNode } from 'react';
import { LanguageMenu, ThemeMenu } from '../../app/menus';
import { Brand } from '../../parts/Brand';

/** The frame of every page that stands before the sign-in. */
export function Door({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="bc-door">
      <header>
        <LanguageMenu />
        <ThemeMenu />
      </header>
      <div className="bc-door-bar" aria-hidden="true" />
      <main className="bc-door-card">
        <div className="bc-door-brand">
          <Brand size={30} />
          <span>Busbar</span>
        </div>
        <h1>{title}</h1>
        {children}
      </main>
    </div>
  );
}
