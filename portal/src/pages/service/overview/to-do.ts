// What is to be seen to, the gravest first; nothing where all is well.

import type { ChartLink } from '../../../parts/chart-data.ts';
import type { Tone } from '../../../parts/status-chip.tsx';
import { messagesLink } from '../messages-link.ts';
import { bounceShare, type OverviewData, type Traffic } from './overview-data.ts';

export type ToDoWord =
  | 'alarms'
  | 'suspended'
  | 'deactivated'
  | 'notice'
  | 'notLive'
  | 'checksFail'
  | 'checksWarn'
  | 'locked'
  | 'quarantined'
  | 'held'
  | 'waiting'
  | 'bounces';

export interface ToDo {
  word: ToDoWord;
  tone: Extract<Tone, 'bad' | 'warn' | 'info'>;
  count: number;
  link: ChartLink | undefined;
}

const HOUR_MS = 3_600_000;
/** Mail that waits so long is told of: users begin to ask. */
const LONG_WAIT_MS = 4 * HOUR_MS;
/** Fewer ends than these say nothing about a share. */
const ENOUGH_ENDS = 20;
const HIGH_SHARE = 0.05;
const ON_THE_WAY = ['registered', 'invited', 'submitted', 'approved', 'verifying'];

export function toDoOf(data: OverviewData, traffic: Traffic | undefined, isOperator: boolean): ToDo[] {
  const found = [...aboutRelay(data), ...aboutCustomer(data, isOperator), ...aboutMail(data, isOperator)];
  if (traffic !== undefined) found.push(...aboutTraffic(traffic));
  const order = ['bad', 'warn', 'info'];
  return found.toSorted((a, b) => order.indexOf(a.tone) - order.indexOf(b.tone));
}

function aboutRelay({ alarms = 0 }: OverviewData): ToDo[] {
  if (alarms === 0) return [];
  return [{ word: 'alarms', tone: 'bad', count: alarms, link: { to: '/health', search: {} } }];
}

function aboutCustomer({ about, checks, locked = 0, customer }: OverviewData, isOperator: boolean): ToDo[] {
  const found: ToDo[] = [];
  const page = isOperator && customer !== undefined ? { to: `/customers/${customer}`, search: {} } : undefined;
  if (about?.state === 'suspended') found.push({ word: 'suspended', tone: 'bad', count: 1, link: page });
  if (about?.stage === 'deactivated') found.push({ word: 'deactivated', tone: 'bad', count: 1, link: page });
  if (about?.stage === 'notice') found.push({ word: 'notice', tone: 'warn', count: 1, link: page });
  if (about !== undefined && ON_THE_WAY.includes(about.stage)) {
    found.push({ word: 'notLive', tone: 'info', count: 1, link: page });
  }
  const domains = { to: '/domains', search: {} };
  if (checks !== undefined && checks.fail > 0) {
    found.push({ word: 'checksFail', tone: 'bad', count: checks.fail, link: domains });
  }
  if (checks !== undefined && checks.warn > 0) {
    found.push({ word: 'checksWarn', tone: 'warn', count: checks.warn, link: domains });
  }
  if (locked > 0) {
    found.push({ word: 'locked', tone: 'warn', count: locked, link: { to: '/senders', search: { level: 'locked' } } });
  }
  return found;
}

function aboutMail({ survey }: OverviewData, isOperator: boolean): ToDo[] {
  if (survey === undefined) return [];
  const found: ToDo[] = [];
  if (survey.quarantined > 0) {
    const link = { to: '/quarantine', search: {} };
    found.push({ word: 'quarantined', tone: 'warn', count: survey.quarantined, link });
  }
  if (survey.held > 0) {
    found.push({ word: 'held', tone: 'warn', count: survey.held, link: waitingLink('held', isOperator) });
  }
  const long = survey.ages
    .filter(({ to_ms }) => to_ms === null || to_ms > LONG_WAIT_MS)
    .reduce((sum, { waiting }) => sum + waiting, 0);
  if (long > 0) {
    found.push({ word: 'waiting', tone: 'warn', count: long, link: waitingLink('deferred', isOperator) });
  }
  return found;
}

/** What waits: the operator has the queue itself, a customer its messages. */
export function waitingLink(status: string, isOperator: boolean): ChartLink {
  return isOperator ? { to: '/queues', search: { tab: 'recipients', status } } : messagesLink({ status });
}

function aboutTraffic(traffic: Traffic): ToDo[] {
  const share = bounceShare(traffic);
  const { delivered, bounced, expired } = traffic.totals;
  if (share === undefined || share < HIGH_SHARE || delivered + bounced + expired < ENOUGH_ENDS) return [];
  const link = messagesLink({ status: 'bounced', since: Date.parse(traffic.from) });
  return [{ word: 'bounces', tone: 'warn', count: bounced + expired, link }];
}
