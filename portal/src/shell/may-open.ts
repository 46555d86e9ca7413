// Who may open which page.

import { PAGES } from '../pages/all-pages.ts';
import type { PageRoute } from '../pages/page-route.ts';
import { type Session, sideOf } from '../session.ts';

/** Whether this person may open the page. */
export function mayOpen({ side, needs }: PageRoute, session: Session): boolean {
  if (side !== 'both' && side !== 'public' && side !== sideOf(session)) return false;
  if (needs === undefined) return true;
  return [needs].flat().some((one) => session.permissions.includes(one));
}

/** The same by the page's address. Where no page has it, it is nobody's to forbid. */
export function mayOpenPath(path: string, session: Session): boolean {
  const page = PAGES.find((one) => one.path === path) ?? PAGES.find((one) => patternOf(one).test(path));
  return page === undefined || mayOpen(page, session);
}

function patternOf({ path }: PageRoute): RegExp {
  return new RegExp(`^${path.replace(/\$\w+/g, '[^/]+')}$`);
}
