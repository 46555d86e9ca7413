// The navigation: sections and their entries, in order. An entry is shown where its page exists and the person may open
// it; those whose page comes later have their place already.

import {
  IconActivity,
  IconAdjustments,
  IconAlertTriangle,
  IconBan,
  IconBuilding,
  IconDatabase,
  IconDoorExit,
  IconFileSearch,
  IconFlame,
  IconGauge,
  IconHeartbeat,
  IconHistory,
  IconInbox,
  IconKey,
  IconLifebuoy,
  IconListCheck,
  IconMail,
  IconMailPause,
  IconMapPin,
  IconNetwork,
  IconReportAnalytics,
  IconRoute,
  IconScan,
  IconServer,
  IconShieldLock,
  IconStar,
  IconTrendingUp,
  IconUserShield,
  IconUsers,
  IconWorld,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';
import type { Side } from '../session.ts';
import type shell from '../words/en/shell.json';

export interface NavEntry {
  /** Its word in the catalogue, and a name for tests. */
  word: keyof typeof shell.nav;
  to: string;
  icon: ComponentType<{ size?: number | string; stroke?: number }>;
}

export interface NavSection {
  word: keyof typeof shell.sections;
  entries: readonly NavEntry[];
}

const entry = (word: NavEntry['word'], to: string, icon: NavEntry['icon']): NavEntry => ({ word, to, icon });

const OPERATOR: readonly NavSection[] = [
  {
    word: 'service',
    entries: [
      entry('overview', '/overview', IconGauge),
      entry('health', '/health', IconHeartbeat),
      entry('live', '/live', IconActivity),
      entry('trace', '/messages', IconFileSearch),
      entry('queues', '/queues', IconInbox),
      entry('held', '/quarantine', IconMailPause),
    ],
  },
  {
    word: 'customers',
    entries: [
      entry('customers', '/customers', IconBuilding),
      entry('onboarding', '/joining', IconListCheck),
      entry('domains', '/domains', IconWorld),
      entry('hosts', '/servers', IconServer),
      entry('terminations', '/terminations', IconDoorExit),
    ],
  },
  {
    word: 'sending',
    entries: [
      entry('addresses', '/addresses', IconMapPin),
      entry('warmUp', '/warm-up', IconTrendingUp),
      entry('blocklists', '/blocklists', IconAlertTriangle),
      entry('destinations', '/destinations', IconRoute),
      entry('reputation', '/reputation', IconStar),
      entry('suppressions', '/suppressions', IconBan),
    ],
  },
  {
    word: 'protection',
    entries: [
      entry('rules', '/rules', IconListCheck),
      entry('protection', '/protection', IconAdjustments),
      entry('scanners', '/scanners', IconScan),
      entry('identities', '/senders', IconUserShield),
      entry('limits', '/limits', IconFlame),
    ],
  },
  {
    word: 'governance',
    entries: [
      entry('audit', '/audit', IconHistory),
      entry('privacy', '/privacy', IconShieldLock),
      entry('users', '/users', IconUsers),
      entry('integrations', '/integrations', IconKey),
      entry('settings', '/settings', IconAdjustments),
      entry('backups', '/backups', IconDatabase),
      entry('sandbox', '/sandbox', IconMail),
    ],
  },
];

const CUSTOMER: readonly NavSection[] = [
  {
    word: 'mail',
    entries: [
      entry('overview', '/overview', IconGauge),
      entry('messages', '/messages', IconFileSearch),
      entry('quarantine', '/quarantine', IconMailPause),
      entry('suppressions', '/suppressions', IconBan),
      entry('reports', '/reports', IconReportAnalytics),
    ],
  },
  {
    word: 'setUp',
    entries: [
      entry('domains', '/domains', IconWorld),
      entry('servers', '/servers', IconNetwork),
      entry('rules', '/rules', IconListCheck),
      entry('protection', '/protection', IconAdjustments),
      entry('identities', '/senders', IconUserShield),
    ],
  },
  {
    word: 'company',
    entries: [
      entry('support', '/support', IconLifebuoy),
      entry('integrations', '/integrations', IconKey),
      entry('team', '/team', IconUsers),
      entry('privacy', '/privacy', IconShieldLock),
      entry('audit', '/audit', IconHistory),
    ],
  },
];

export const NAVIGATION: Readonly<Record<Side, readonly NavSection[]>> = { operator: OPERATOR, customer: CUSTOMER };
