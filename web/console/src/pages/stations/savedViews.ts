export interface SavedView {
  name: string;
  /** Where it leads: an address of the console with all filters. */
  href: string;
}

const VIEWS_MOST = 40;
const keyOf = (personId: string) => `busbar.console.views.${personId}`;

function isView(value: unknown): value is SavedView {
  const { name, href } = (value ?? {}) as Partial<SavedView>;
  return typeof name === 'string' && typeof href === 'string' && href.startsWith('/') && !href.startsWith('//');
}

/** The views that a person keeps in this browser. */
export function readViews(personId: string): SavedView[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(keyOf(personId)) ?? '[]');
    return Array.isArray(kept) ? kept.filter(isView).slice(0, VIEWS_MOST) : [];
  } catch {
    return []; // what another version kept
  }
}

function write(personId: string, views: SavedView[]): SavedView[] {
  localStorage.setItem(keyOf(personId), JSON.stringify(views));
  return views;
}

/** Keep a view; one of the same name gives way. */
export function keepView(personId: string, view: SavedView): SavedView[] {
  const others = readViews(personId).filter(({ name }) => name !== view.name);
  return write(personId, [...others, view].slice(-VIEWS_MOST));
}

export function removeView(personId: string, name: string): SavedView[] {
  return write(
    personId,
    readViews(personId).filter((view) => view.name !== name),
  );
}
