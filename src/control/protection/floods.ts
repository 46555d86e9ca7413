// What strangers did lately at the front of the relay, and what became of them: for people, who see the limits that are in
// force beside it.

import type { replies } from '../../mail/accept/replies.ts';
import { settingsFor } from '../../mail/inspect/protection.ts';
import type { ActiveAlarm } from '../../mail/report/alarms.ts';
import { countsOf, lastHour, type RecentCounts, type RecentHour } from '../../platform/recent-counts.ts';
import type { ServiceParts } from '../services.ts';

export type FloodParts = Pick<ServiceParts, 'activeAlarms' | 'config' | 'database' | 'directory'> & {
  recentCounts: RecentCounts;
};

/** Something that is counted, over the last hour. */
export interface Course {
  name: string;
  lastHour: number;
  /** What was new in each slot, the oldest first. */
  slots: readonly number[];
}

type Coded = Pick<ActiveAlarm, 'code' | 'values'>;

export interface FloodView {
  /** Begin of each slot, milliseconds since 1970. */
  starts: readonly number[];
  connections: { open: number; limit: number; opened: Course };
  /** Relay threads under load, each with its cause in words. */
  load: ({ thread: string; since: string; cause: string } & Coded)[];
  /** By name of the reply; those alone that come before a message, and that did. */
  refused: Course[];
  /** Clients cut off without a word, by the reply that others like them got. */
  cutOff: Course[];
  lists: { zone: string; fault?: { since: string; detail: string } & Coded; results: Course[] }[];
  greylisting: {
    /** What the operator says for everybody. */
    on: boolean;
    /** Customers that say otherwise. */
    otherwise: string[];
    results: Course[];
  };
}

export interface Floods {
  read(): Promise<FloodView>;
  close(): void;
}

/** Replies of limits, of the front and of greylisting; what a message or a sender was refused for stands in the trace. */
const ABOUT_FLOODS: ReadonlySet<string> = new Set([
  'earlyTalker',
  'notSmtp',
  'timeout',
  'messageTooSlow',
  'tooManyConnections',
  'tooManyFromSource',
  'tooManyOfCustomer',
  'tooManyCommands',
  'tooManyErrors',
  'tooManyLogins',
  'tooOftenFromSource',
  'tooManyFromNetwork',
  'tooOftenFromNetwork',
  'strangersWait',
  'listed',
  'greylisted',
] satisfies (keyof typeof replies)[]);
/** Customers named; the setting itself says the rest. */
const MOST_NAMED = 200;

/** Joins what is counted with what is configured. */
export function openFloods(parts: FloodParts): Floods {
  return {
    async read() {
      const hour = await parts.recentCounts.read();
      const alarms = parts.activeAlarms();
      return {
        starts: hour.starts,
        connections: {
          open: countsOf(hour, 'easymail_smtp_sessions_open')[0]?.now ?? 0,
          limit: parts.config().limits.connections,
          opened: coursesOf(hour, 'easymail_smtp_sessions_total')[0] ?? emptyCourse(hour),
        },
        load: of(alarms, 'flood').map(({ about = '', since, text, ...alarm }) => ({
          thread: about,
          since,
          cause: text,
          ...coded(alarm),
        })),
        refused: coursesOf(hour, 'easymail_smtp_refused_total', 'reply').filter(({ name }) => ABOUT_FLOODS.has(name)),
        cutOff: coursesOf(hour, 'easymail_smtp_cut_off_total', 'reply'),
        lists: listsOf(parts, hour, of(alarms, 'dnsbl')),
        greylisting: {
          ...(await greylistingOf(parts)),
          results: coursesOf(hour, 'easymail_greylist_total', 'result'),
        },
      };
    },
    // What is counted ends by itself.
    close: () => {},
  };
}

/** By what the sentence of an alarm is said in other languages. */
function coded({ code, values }: Coded): Coded {
  return { ...(code !== undefined && { code }), ...(values !== undefined && { values }) };
}

function of(alarms: readonly ActiveAlarm[], name: ActiveAlarm['name']): ActiveAlarm[] {
  return alarms.filter((alarm) => alarm.name === name);
}

function listsOf({ config }: FloodParts, hour: RecentHour, faults: readonly ActiveAlarm[]): FloodView['lists'] {
  return config().dnsbl.map(({ zone }) => {
    const fault = faults.find(({ about }) => about === zone);
    return {
      zone,
      ...(fault !== undefined && { fault: { since: fault.since, detail: fault.text, ...coded(fault) } }),
      results: countsOf(hour, 'easymail_dnsbl_total', { zone }).map(({ labels, slots }) => ({
        name: labels['result'] ?? '',
        lastHour: lastHour({ slots }),
        slots,
      })),
    };
  });
}

async function greylistingOf({ database, directory }: FloodParts): Promise<{ on: boolean; otherwise: string[] }> {
  const scope = { customer: '' as const, direction: 'inbound' as const, stream: '' };
  const on = settingsFor(directory, scope).greylist;
  const rows = await database.reads
    .selectFrom('protection_settings')
    .select(['customer', 'overrides'])
    .where('direction', '=', 'inbound')
    .where('customer', '<>', '')
    .where('overrides', 'like', `%"greylist":${String(!on)}%`)
    .orderBy('customer')
    .limit(MOST_NAMED)
    .execute();
  return { on, otherwise: rows.map(({ customer }) => customer) };
}

/** Those that did something, the busiest first. */
function coursesOf(hour: RecentHour, metric: string, label?: string): Course[] {
  return countsOf(hour, metric)
    .map(({ labels, slots }) => ({ name: labels[label ?? ''] ?? '', lastHour: lastHour({ slots }), slots }))
    .filter((course) => label === undefined || course.lastHour > 0)
    .sort((a, b) => b.lastHour - a.lastHour);
}

function emptyCourse({ starts }: RecentHour): Course {
  return { name: '', lastHour: 0, slots: starts.map(() => 0) };
}
