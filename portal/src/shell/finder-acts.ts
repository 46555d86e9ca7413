// What Ctrl-K finds beside the pages of the navigation: where the main acts are done, and places within pages.

import type { Search } from '../search.ts';
import { type Session, type Side, sideOf } from '../session.ts';
import type finder from '../words/en/finder.json';
import { mayOpenPath } from './may-open.ts';

export interface FinderAct {
  /** Its name and the words it is found by, in the catalogue. */
  word: keyof typeof finder.act;
  to: string;
  search?: Search;
}

interface GuardedAct extends FinderAct {
  /** Both, where absent. */
  side?: Side;
  /** Beside the right to open the page. */
  needs?: Session['permissions'][number];
}

const ACTS: readonly GuardedAct[] = [
  { word: 'order', to: '/orders/new' },
  { word: 'import', to: '/orders/import' },
  { word: 'rule', to: '/rules/new' },
  { word: 'tryRules', to: '/rules', search: { tab: 'try' } },
  { word: 'exports', to: '/messages/exports' },
  { word: 'invite', to: '/users', needs: 'users:write' },
  { word: 'invite', to: '/team', needs: 'users:write' },
  { word: 'key', to: '/integrations', needs: 'keys:write' },
  { word: 'webhook', to: '/integrations', search: { tab: 'webhooks' }, needs: 'webhooks:write' },
  { word: 'suppress', to: '/suppressions', needs: 'suppressions:write' },
  { word: 'addDomain', to: '/domains', side: 'customer', needs: 'domains:write' },
  { word: 'dkim', to: '/domains', search: { tab: 'keys' }, side: 'customer', needs: 'dkim:read' },
  { word: 'sources', to: '/servers', search: { tab: 'sources' } },
  { word: 'firewall', to: '/servers', search: { tab: 'firewall' }, side: 'customer', needs: 'explain:read' },
  { word: 'pool', to: '/addresses', search: { tab: 'pools' } },
  { word: 'spf', to: '/addresses', search: { tab: 'spf' } },
  { word: 'jobs', to: '/queues', search: { tab: 'jobs' } },
  { word: 'backup', to: '/backups', needs: 'backups:write' },
  { word: 'request', to: '/privacy', search: { tab: 'requests' } },
  { word: 'looked', to: '/privacy', search: { tab: 'looked' } },
  { word: 'account', to: '/account' },
  { word: 'security', to: '/account', search: { tab: 'security' } },
  { word: 'sessions', to: '/account', search: { tab: 'sessions' } },
];

/** Those that this person may do, in the order of the navigation. */
export function openActs(session: Session): readonly FinderAct[] {
  return ACTS.filter(
    ({ to, side, needs }) =>
      (side === undefined || side === sideOf(session)) &&
      (needs === undefined || session.permissions.includes(needs)) &&
      mayOpenPath(to, session),
  );
}
