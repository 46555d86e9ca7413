// From events to deliveries: follows the feeds of the trace and the events of the control store, each with a cursor that
// is kept together with what was made of it, so that a restart neither loses nor doubles.

import { createHash } from 'node:crypto';
import type { FeedReader } from '../../mail/trace/feed-reader.ts';
import type { Log } from '../../platform/log.ts';
import type { ControlEventRow } from '../database/tables.ts';
import { fitsFilter } from '../events/event-types.ts';
import type { ControlEventsReader } from './control-events-reader.ts';
import { CONTROL_SOURCE, type Deliveries, type NewDelivery } from './deliveries.ts';
import type { Endpoint, WebhookSettings } from './endpoint.ts';
import { publicTypes } from './message-payload.ts';
import { isScanType } from './scan-payload.ts';

/** Entries of a feed that one step takes. */
const STEP_ROWS = 250;
/** However many webhooks have a backlog, each may have so much of one. */
const FAIR_BACKLOG = 1000;
/** Periods of one webhook that are sent again at the same time. */
const MOST_REPLAYS = 5;
/** Mail may have waited so long before something happens to it: so far back a replay looks for its day. */
const LONGEST_WAIT_MS = 30 * 86_400_000;

export interface IntakeOptions {
  feed: FeedReader;
  control: ControlEventsReader;
  deliveries: Deliveries;
  /** Webhooks that get events of this customer; null: of no customer. */
  endpointsFor: (customer: string | null) => readonly Endpoint[];
  endpoint: (id: string) => Endpoint | undefined;
  settings: () => WebhookSettings;
  now: () => number;
  log: Log;
  /** Something waits for the webhook now. */
  added: (webhook: string) => void;
  /** Something found no room. */
  dropped: (webhook: string, events: number) => void;
}

/** A period that is sent again. */
interface Replay {
  id: number;
  webhook: string;
  since: number;
  until: number;
  source: string;
  seq: number;
}

/** An event before it is known who wants it. */
type Found = Omit<NewDelivery, 'webhook'>;

/** See the top of the file. */
export class Intake {
  readonly #options: IntakeOptions;
  /** Sources that may have something new. */
  readonly #grown = new Set<string>();
  readonly #dropped = new Map<string, number>();

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  /** Once, at the start: all sources may have grown. */
  begin(): void {
    const { feed, control } = this.#options;
    this.#notPast(CONTROL_SOURCE, control.last());
    for (const day of feed.days()) {
      this.#attempt(day, () => {
        this.#notPast(feed.nameOf(day), feed.last(day));
        return false;
      });
    }
    this.grew([CONTROL_SOURCE, ...feed.days()]);
  }

  /** A source that was restored from a backup may count from where it was then: what comes next is new. */
  #notPast(name: string | undefined, last: number): void {
    const { deliveries } = this.#options;
    if (name !== undefined && (deliveries.cursor(name) ?? 0) > last) deliveries.setCursor(name, last);
  }

  /** Days of the trace, or `control`, that have something new. */
  grew(sources: readonly string[]): void {
    for (const source of sources) this.#grown.add(source);
  }

  /** Asks for a period to be sent again; false where too many are under way. */
  replay({ webhook, since, until }: { webhook: string; since: number; until: number }): boolean {
    const running = this.#options.deliveries.all('select count(*) as n from replay where webhook = ?', [webhook]);
    if (Number(running[0]?.['n']) >= MOST_REPLAYS) return false;
    this.#options.deliveries.run('insert into replay (webhook, since, until, source, seq) values (?, ?, ?, ?, 0)', [
      webhook,
      since,
      until,
      CONTROL_SOURCE,
    ]);
    return true;
  }

  /** Takes a bounded number of events; false where nothing is left. Throws only what the own file says. */
  step(): boolean {
    for (const source of this.#grown) {
      const more = this.#attempt(source, () => this.#follow(source));
      if (!more) this.#grown.delete(source);
      return true;
    }
    return this.#replayStep();
  }

  /** A source that cannot be read is left until it grows again: the trace puts a damaged day aside itself. */
  #attempt(source: string, work: () => boolean): boolean {
    try {
      return work();
    } catch (err) {
      this.#options.log.error('events not read for webhooks', { source, err });
      return false;
    } finally {
      for (const [webhook, events] of this.#dropped) this.#options.dropped(webhook, events);
      this.#dropped.clear();
    }
  }

  #follow(source: string): boolean {
    const { deliveries, feed } = this.#options;
    const name = source === CONTROL_SOURCE ? source : feed.nameOf(source);
    if (name === undefined) return false;
    const { found, last, more } = this.#read(source, deliveries.cursor(name) ?? 0);
    if (last === undefined) return false;
    const now = this.#options.now();
    const added = new Set<string>();
    deliveries.inTransaction(() => {
      for (const one of found) this.#deliver(one, now, added);
      deliveries.setCursor(name, last);
    });
    for (const webhook of added) this.#options.added(webhook);
    return more;
  }

  #read(source: string, seq: number): { found: Found[]; last: number | undefined; more: boolean } {
    if (source === CONTROL_SOURCE) {
      const rows = this.#options.control.read(seq, STEP_ROWS);
      return { found: rows.map(controlFound), last: rows.at(-1)?.seq, more: rows.length === STEP_ROWS };
    }
    const { feed } = this.#options;
    const { rows, more } = feed.read(source, seq, STEP_ROWS);
    const name = feed.nameOf(source) ?? source;
    const found = rows.flatMap(({ row, events }) =>
      events.flatMap((event, line): Found[] => {
        if (event === undefined) return [];
        const { at, customer = null } = event;
        return publicTypes(event).map((type) => {
          const id = traceEventId({ name, row, line, type });
          return { event: id, type, customer, source, row, line, at };
        });
      }),
    );
    return { found, last: rows.at(-1)?.seq, more };
  }

  #deliver(found: Found, now: number, added: Set<string>): void {
    for (const endpoint of this.#options.endpointsFor(found.customer)) {
      if (found.at < this.#options.deliveries.begun || !wants(endpoint, found)) continue;
      if (!this.#hasRoom(endpoint.id)) this.#dropped.set(endpoint.id, (this.#dropped.get(endpoint.id) ?? 0) + 1);
      else if (this.#options.deliveries.add({ ...found, webhook: endpoint.id }, now)) added.add(endpoint.id);
    }
  }

  #hasRoom(webhook: string): boolean {
    const { deliveries, settings } = this.#options;
    const { backlog, backlogTotal } = settings();
    const waiting = deliveries.waiting(webhook);
    if (waiting >= backlog) return false;
    const { total, webhooks } = deliveries.backlog();
    // Where all together have too much, nobody may have more than a share: those who keep up lose nothing.
    return total < backlogTotal || waiting < Math.max(FAIR_BACKLOG, backlogTotal / Math.max(webhooks, 1));
  }

  #replayStep(): boolean {
    const { deliveries, settings } = this.#options;
    const rows = deliveries.all('select * from replay order by id') as unknown as Replay[];
    for (const replay of rows) {
      const endpoint = this.#options.endpoint(replay.webhook);
      if (endpoint === undefined) this.#endReplay(replay);
      // The rest goes on once some of it is delivered.
      else if (deliveries.waiting(replay.webhook) < settings().backlog / 2) return this.#replayOne(replay, endpoint);
    }
    return false;
  }

  #replayOne(replay: Replay, endpoint: Endpoint): boolean {
    const { deliveries, now } = this.#options;
    const { found, last, more } = this.#readOrSkip(replay);
    let added = 0;
    deliveries.inTransaction(() => {
      for (const one of found) {
        const wanted = one.at >= replay.since && one.at < replay.until && this.#isFor(endpoint, one);
        if (wanted && deliveries.add({ ...one, webhook: endpoint.id }, now(), true)) added += 1;
      }
      const next = more ? replay.source : this.#sourceAfter(replay);
      if (next === undefined) this.#endReplay(replay);
      else
        deliveries.run('update replay set source = ?, seq = ? where id = ?', [next, more ? (last ?? 0) : 0, replay.id]);
    });
    if (added > 0) this.#options.added(endpoint.id);
    return true;
  }

  #readOrSkip(replay: Replay): { found: Found[]; last: number | undefined; more: boolean } {
    try {
      return this.#read(replay.source, replay.seq);
    } catch (err) {
      this.#options.log.error('events not read for a replay', { source: replay.source, err });
      return { found: [], last: undefined, more: false };
    }
  }

  #isFor(endpoint: Endpoint, found: Found): boolean {
    return (endpoint.customer === null || endpoint.customer === found.customer) && wants(endpoint, found);
  }

  /** The control store first, then the days that can hold something of the period. */
  #sourceAfter({ source, since, until }: Replay): string | undefined {
    const first = dayOf(since - LONGEST_WAIT_MS);
    const days = this.#options.feed.days().filter((day) => day >= first && day <= dayOf(until));
    return source === CONTROL_SOURCE ? days[0] : days.find((day) => day > source);
  }

  #endReplay({ id }: Replay): void {
    this.#options.deliveries.run('delete from replay where id = ?', [id]);
  }
}

function wants(endpoint: Endpoint, { type, at }: Found): boolean {
  // A test is sent to the webhook whose button was pressed, and by that.
  if (endpoint.state === 'disabled' || at < endpoint.madeAt || type === 'webhook.test') return false;
  return endpoint.types.some((filter) => fitsFilter(filter, type));
}

/** The same event gets the same id, however often it is read. `name` is the unique name of its day's file. */
export function traceEventId(event: { name: string; row: number; line: number; type: string }): string {
  const { name, row, line, type } = event;
  const place = isScanType(type) ? `${name} ${row} ${line} ${type}` : `${name} ${row} ${line}`;
  return `evt_${createHash('sha256').update(place).digest('hex').slice(0, 32)}`;
}

/** An event of the control store, before it is known who wants it. */
export function controlFound({ id, seq, type, customer, at }: ControlEventRow): Found {
  return { event: id, type, customer, source: CONTROL_SOURCE, row: seq, line: 0, at };
}

function dayOf(at: number): string {
  return new Date(Math.max(at, 0)).toISOString().slice(0, 10);
}
