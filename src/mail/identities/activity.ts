// What the senders of customers did, counted on a relay thread and handed on once a second: a few counters a message, no
// addresses of recipients.

import type { CustomerId } from '../message.ts';
import type { Activity } from './habits.ts';
import { type Identity, identitiesOf, identityKey, isShared, type SentBy } from './identity.ts';

/** What one identity of one customer did. */
export interface IdentityActivity {
  customer: CustomerId;
  identity: Identity;
  activity: Activity;
}

export interface Activities {
  /** A message was taken, or refused for what it holds (`bad`); `domains` are those of its recipients. */
  message(
    customer: CustomerId,
    by: SentBy,
    message: { domains: readonly string[]; bad: boolean; taken: boolean },
  ): void;
  /** Mail of these identities was refused because they are limited or locked. */
  held(customer: CustomerId, identities: readonly Identity[], recipients: number): void;
  /** A receiver refused a recipient for good; `late`: of mail that was taken longer ago than the hour that is looked at. */
  refused(customer: CustomerId, by: SentBy, late: boolean): void;
  close(): void;
}

const FLUSH_MS = 1000;
/** Past so many identities within a second they are sent at once. */
const MOST_AT_ONCE = 20_000;
/** Domains told of one identity at a time: past them it is plain that there are many. */
const MOST_DESTINATIONS = 64;
const MOST_CULPRITS = 64;

type Counted = { -readonly [K in keyof Activity]: Activity[K] extends readonly number[] ? number[] : number };

/** Counts on this thread until `close`; `send` takes what was counted since the last time. */
export function createActivities(send: (batch: IdentityActivity[]) => void): Activities {
  let counted = new Map<string, { customer: CustomerId; identity: Identity; activity: Counted }>();
  const flush = () => {
    if (counted.size === 0) return;
    const batch = [...counted.values()];
    counted = new Map();
    send(batch);
  };
  const timer = setInterval(flush, FLUSH_MS).unref();
  const countOf = (customer: CustomerId, identity: Identity): Counted => {
    const key = `${customer} ${identityKey(identity)}`;
    const known = counted.get(key);
    if (known !== undefined) return known.activity;
    if (counted.size >= MOST_AT_ONCE) flush();
    const activity = {
      messages: 0,
      recipients: 0,
      held: 0,
      refused: 0,
      late: 0,
      bad: 0,
      destinations: [],
      culprits: [],
    };
    counted.set(key, { customer, identity, activity });
    return activity;
  };
  return {
    message(customer, by, { domains, bad, taken }) {
      const hashes = domains.slice(0, MOST_DESTINATIONS).map(hashOf);
      for (const identity of identitiesOf(by)) {
        const activity = countOf(customer, identity);
        activity.messages += 1;
        if (taken) activity.recipients += domains.length;
        if (bad) blame(activity, 'bad', identity, by);
        for (const hash of hashes) addOnce(activity.destinations, hash, MOST_DESTINATIONS);
      }
    },
    held(customer, identities, recipients) {
      for (const identity of identities) countOf(customer, identity).held += recipients;
    },
    refused(customer, by, late) {
      const what = late ? 'late' : 'refused';
      for (const identity of identitiesOf(by)) blame(countOf(customer, identity), what, identity, by);
    },
    close() {
      clearInterval(timer);
      flush();
    },
  };
}

function blame(activity: Counted, what: 'bad' | 'refused' | 'late', { kind }: Identity, by: SentBy): void {
  activity[what] += 1;
  if (isShared(kind)) addOnce(activity.culprits, hashOf(culprit(kind, by)), MOST_CULPRITS);
}

/** Behind a source that logs in the logins are to blame: each is locked by itself, whatever senders it makes up. */
function culprit(kind: Identity['kind'], { sender, headerFrom = '', login }: SentBy): string {
  if (kind === 'source' && login !== undefined) return `login ${login}`;
  return sender === '' ? headerFrom : sender;
}

function addOnce(list: number[], one: number, most: number): void {
  if (list.length < most && !list.includes(one)) list.push(one);
}

/** FNV-1a, 32 bits, without regard to case. */
function hashOf(text: string): number {
  const lower = text.toLowerCase();
  let hash = 0x811c9dc5;
  for (let i = 0; i < lower.length; i++) hash = Math.imul(hash ^ lower.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
