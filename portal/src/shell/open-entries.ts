// The entries of the navigation that this person can open.

import { useCall } from '../api/queries.ts';
import { PAGES } from '../pages/all-pages.ts';
import { type Session, sideOf } from '../session.ts';
import { mayOpen } from './may-open.ts';
import { NAVIGATION, type NavSection } from './navigation.ts';

export function useOpenSections(session: Session): readonly NavSection[] {
  const isSandbox = useCall('getPortal', {}).data?.sandbox === true;
  const side = sideOf(session);
  const isOpen = (path: string) =>
    PAGES.some((page) => page.path === path && (page.side !== 'public' || isSandbox) && mayOpen(page, session));
  return NAVIGATION[side]
    .map((section) => ({ ...section, entries: section.entries.filter(({ to }) => isOpen(to)) }))
    .filter(({ entries }) => entries.length > 0);
}
