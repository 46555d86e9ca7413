// The same for many messages that a query means. What it would do is shown first; what this side may not do is left out,
// and counted.

import type { HeldMessage, HeldQuery } from '../../mail/queue/read-held.ts';
import type { Actor } from '../actor.ts';
import { problem, valueOf } from '../api/problem.ts';
import { makeStep } from '../customers/step.ts';
import { releaseRefusal, type Side } from './may-release.ts';
import type { QuarantineParts } from './parts.ts';
import { noteActs } from './record.ts';
import { letGo } from './release.ts';
import { removeMessage } from './remove.ts';

export type BulkAction = 'release' | 'delete' | 'report_spam' | 'report_ham';

export interface BulkOptions {
  side: Side;
  /** Nothing is done; what would be is told. */
  dryRun: boolean;
  /** How many messages the caller saw; where they are others by now, nothing is done. */
  expected?: number;
}

export interface BulkResult {
  /** Messages that are meant, within the limit, and may be changed so. */
  messages: number;
  recipients: number;
  /** Messages that are left alone, by the reason. */
  skipped: { virus: number; operator: number };
  /** There are more than are changed at once: ask again. */
  more: boolean;
  /** Some of them. */
  sample: HeldMessage[];
  done: boolean;
}

/** Messages of one go. */
export const MOST_AT_ONCE = 2000;
const PAGE = 500;
const SAMPLE = 20;
/** Holds lifted at the same time: the store thread puts them into few commits. */
const SIDE_BY_SIDE = 32;

const NOTED = {
  release: 'released',
  delete: 'deleted',
  report_spam: 'reported_spam',
  report_ham: 'reported_ham',
} as const;

/** Does it. Throws a 409 where `expected` is not what is there. Never touches what this side may not let go. */
export async function changeMany(
  parts: QuarantineParts,
  by: Actor,
  { query, action }: { query: HeldQuery; action: BulkAction },
  { side, dryRun, expected }: BulkOptions,
): Promise<BulkResult> {
  const { found, more } = await collect(parts, query);
  const refusals = found.map((message) => (action === 'release' ? releaseRefusal(message, side) : undefined));
  const meant = found.filter((_, position) => refusals[position] === undefined);
  const result: BulkResult = {
    messages: meant.length,
    recipients: meant.reduce((sum, { recipientCount }) => sum + recipientCount, 0),
    skipped: {
      virus: refusals.filter((refusal) => refusal === 'virus').length,
      operator: refusals.filter((refusal) => refusal === 'operator').length,
    },
    more,
    sample: meant.slice(0, SAMPLE),
    done: false,
  };
  if (dryRun || meant.length === 0) return result;
  if (expected !== undefined && expected !== meant.length) {
    throw problem('number-changed', { count: meant.length, expected });
  }
  await note(parts, by, { query, action }, meant);
  await sideBySide(meant, (message) => act(parts, by, action, message));
  return { ...result, done: true };
}

/** What would be changed, counted and in part shown; nothing is done. */
export interface Prospect {
  messages: number;
  recipients: number;
  customers: { name: string; messages: number }[];
  /** How many customers; the largest are named. */
  customerCount: number;
  skipped: { virus: number; operator: number };
  /** Not all was looked at. */
  more: boolean;
  sample: HeldMessage[];
}

/** A preview looks no longer than this. */
const LOOK_MS = 4000;
const CUSTOMERS_NAMED = 20;

/** Looks at all that a query means, however much, as long as there is time. */
export async function lookAhead(
  parts: QuarantineParts,
  { query, action }: { query: HeldQuery; action: BulkAction },
  side: Side,
): Promise<Prospect> {
  const until = performance.now() + LOOK_MS;
  const customers = new Map<string, number>();
  const prospect: Prospect = {
    messages: 0,
    recipients: 0,
    customers: [],
    customerCount: 0,
    skipped: { virus: 0, operator: 0 },
    more: false,
    sample: [],
  };
  for (let after: string | undefined; ; ) {
    const page = { limit: PAGE, ...(after !== undefined && { after }) };
    const { entries, next } = valueOf(await parts.reader.heldList(query, page), 'query');
    for (const message of entries) {
      const refusal = action === 'release' ? releaseRefusal(message, side) : undefined;
      if (refusal === undefined) count(prospect, customers, message);
      else prospect.skipped[refusal]++;
    }
    after = next;
    prospect.more = next !== undefined;
    if (next === undefined || performance.now() > until) break;
  }
  const named = [...customers].map(([name, messages]) => ({ name, messages }));
  prospect.customers = named.toSorted((a, b) => b.messages - a.messages).slice(0, CUSTOMERS_NAMED);
  return { ...prospect, customerCount: customers.size };
}

function count(prospect: Prospect, customers: Map<string, number>, message: HeldMessage): void {
  prospect.messages++;
  prospect.recipients += message.recipientCount;
  customers.set(message.customer, (customers.get(message.customer) ?? 0) + 1);
  if (prospect.sample.length < SAMPLE) prospect.sample.push(message);
}

/** One step of a job: the next messages that are meant. Never touches what this side may not let go. */
export async function changeSome(
  parts: QuarantineParts,
  by: Actor,
  what: { query: HeldQuery; action: BulkAction },
  { side, page }: { side: Side; page: { limit: number; after?: string } },
): Promise<{ changed: number; skipped: number; next?: string }> {
  const { entries, next } = valueOf(await parts.reader.heldList(what.query, page), 'query');
  const meant = entries.filter((message) => what.action !== 'release' || releaseRefusal(message, side) === undefined);
  if (meant.length > 0) {
    await note(parts, by, what, meant);
    await sideBySide(meant, (message) => act(parts, by, what.action, message));
  }
  return { changed: meant.length, skipped: entries.length - meant.length, ...(next !== undefined && { next }) };
}

async function collect(parts: QuarantineParts, query: HeldQuery): Promise<{ found: HeldMessage[]; more: boolean }> {
  const found: HeldMessage[] = [];
  for (let after: string | undefined; ; ) {
    const page = { limit: Math.min(PAGE, MOST_AT_ONCE - found.length), ...(after !== undefined && { after }) };
    const { entries, next } = valueOf(await parts.reader.heldList(query, page), 'query');
    found.push(...entries);
    if (next === undefined) return { found, more: false };
    if (found.length >= MOST_AT_ONCE) return { found, more: true };
    after = next;
  }
}

/** One entry of the audit: which messages those were is in the table of the quarantine. No addresses of people. */
function note(
  parts: QuarantineParts,
  by: Actor,
  { query, action }: { query: HeldQuery; action: BulkAction },
  meant: readonly HeldMessage[],
): Promise<void> {
  const { from, to, ids: _named, customer, ...rest } = query;
  const after = {
    ...rest,
    ...(from !== undefined && { from: 'given' }),
    ...(to !== undefined && { to: 'given' }),
    messages: meant.length,
  };
  return makeStep(parts.changes, by, (step) =>
    noteActs(
      step,
      NOTED[action],
      meant.map((message) => ({ message, recipients: message.recipientCount })),
      {
        action: `quarantine.${NOTED[action]}`,
        object: 'quarantine',
        ...(customer !== undefined && { customer }),
        before: null,
        after,
      },
    ),
  );
}

async function act(parts: QuarantineParts, by: Actor, action: BulkAction, message: HeldMessage): Promise<void> {
  switch (action) {
    case 'release':
      if (message.reasons.includes('spam')) await parts.lessons.takeNow('ham', message.id);
      await letGo(parts, by, message);
      return;
    case 'delete':
      await removeMessage(parts, by, message);
      return;
    case 'report_spam':
    case 'report_ham':
      parts.lessons.take(action === 'report_spam' ? 'spam' : 'ham', message.id);
      return;
    default:
      action satisfies never;
  }
}

async function sideBySide<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  for (let at = 0; at < all.length; at += SIDE_BY_SIDE) {
    await Promise.all(all.slice(at, at + SIDE_BY_SIDE).map(work));
  }
}
