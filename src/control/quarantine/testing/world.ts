// The quarantine over a real queue engine and a real control store, with a clock that the test moves; what people are told
// is kept.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { stringify } from 'smol-toml';
import type { MessagePreview } from '../../../mail/inspect/preview/preview.ts';
import type { InspectionNote, MessageMeta, QueueId } from '../../../mail/message.ts';
import type { OperatorVerb } from '../../../mail/queue/operations.ts';
import { readBeginning } from '../../../mail/queue/read-beginning.ts';
import { type HeldQuery, listHeld } from '../../../mail/queue/read-held.ts';
import { contentKeys, sealBytes } from '../../../mail/queue/sealed-content.ts';
import { openSqliteEngine } from '../../../mail/queue/sqlite-engine.ts';
import { run } from '../../../mail/queue/testing/contract-support.ts';
import { enqueue, type SampleMessage, sampleMessage } from '../../../mail/queue/testing/queue-samples.ts';
import { createTestLog } from '../../../platform/log.ts';
import { createSecretBox } from '../../../platform/secret-box.ts';
import { CustomerWorld } from '../../customers/testing/world.ts';
import type { NoticeValues, Reader } from '../../notices/kinds.ts';
import type { RoundParts } from '../parts.ts';
import { Quarantine } from '../quarantine.ts';
import { Lessons } from '../report.ts';

const DAY_MS = 86_400_000;

export const SPAM: InspectionNote = {
  check: 'spam',
  result: 'spam',
  verdict: 'quarantine',
  ms: 3,
  details: { score: 14.21 },
};
export const VIRUS: InspectionNote = {
  check: 'virus',
  result: 'virus',
  verdict: 'quarantine',
  ms: 3,
  details: { virus: 'Eicar-Test' },
};

const PREVIEW: MessagePreview = {
  headers: [],
  subject: 'Win now',
  from: 'x@strange.test',
  to: '',
  date: '',
  text: 'hello <b>',
  html: '',
  parts: [{ name: 'bill.pdf', type: 'application/pdf', size: 5 }],
  truncated: false,
  left_out: { scripts: 0, images: 0, links: 0, forms: 0 },
};

/** What somebody was told. */
export interface Told {
  kind: 'quarantine_digest' | 'quarantine_expiring';
  to: Reader;
  values: NoticeValues['quarantine_digest'] & NoticeValues['quarantine_expiring'];
}

export class QuarantineWorld {
  readonly customers = new CustomerWorld();
  readonly folder = mkdtempSync(join(tmpdir(), 'quarantine-'));
  readonly keys = contentKeys([Buffer.alloc(32, 3)]);
  readonly engine = openSqliteEngine({ path: join(this.folder, 'queue.db'), expireAfterMs: 5 * DAY_MS });
  readonly reads = new DatabaseSync(join(this.folder, 'queue.db'), { readOnly: true });
  readonly told: Told[] = [];
  readonly learned: [string, string][] = [];
  readonly quarantine: Quarantine;
  /** The store thread does not answer. */
  storeGone = false;
  /** Notices cannot be written. */
  noticesGone = false;

  constructor() {
    this.quarantine = new Quarantine(this.#parts(), async () => {});
  }

  /** Customers `acme` and `other`; Ann reads for the first, in French. */
  async start(): Promise<void> {
    const pool = [{ name: 'standard', addresses: [{ ip: '192.0.2.1', hostname: 'out1.relay.test', state: 'active' }] }];
    const customer = ['acme', 'other'].map((id) => ({ id, name: id, pools: ['standard'] }));
    const options = { prune: false, dryRun: false, who: 'tester' };
    const applied = await this.customers.control.apply(stringify({ pool, customer }), options);
    if (applied.kind !== 'applied') throw new Error(JSON.stringify(applied));
    const contacts = JSON.stringify([{ name: 'Ann', email: 'ann@acme.test' }]);
    const account = this.customers.control.database.raw.prepare(
      "update account set language = 'fr', contacts = ? where id = 'acme'",
    );
    account.run(contacts);
  }

  /** Puts a message into quarantine now. */
  async keep(
    wanted: SampleMessage & { notes?: InspectionNote[]; subject?: string; kind?: string } = {},
    meta: Partial<MessageMeta> = {},
  ): Promise<QueueId> {
    const { notes = [SPAM], subject = 'Win now', kind = 'quarantine', ...sample } = wanted;
    const message = sampleMessage({ acceptedAt: this.customers.now, hold: { kind }, ...sample });
    const content = Buffer.from(`From: x@strange.test\r\nSubject: ${subject}\r\n\r\nhello\r\n`);
    Object.assign(message.meta, { direction: 'inbound', inspection: notes, ...meta });
    message.body = { kind: 'inline', bytes: sealBytes(content, message.meta.id, this.keys) };
    await enqueue(this.engine, message, this.customers.now);
    return message.meta.id;
  }

  /** Moves the clock on and makes a round. */
  async pass(days: number): Promise<void> {
    this.customers.now += days * DAY_MS;
    await this.quarantine.look();
  }

  async end(): Promise<void> {
    await this.quarantine.close();
    this.reads.close();
    await this.engine.close();
    await this.customers.end();
    rmSync(this.folder, { recursive: true });
  }

  #parts(): RoundParts {
    const { control } = this.customers;
    const ok = <T>(value: T) => Promise.resolve({ kind: 'ok' as const, value });
    const parts = {
      database: control.database,
      changes: control.changes,
      directory: control.directory,
      clock: { now: () => this.customers.now, monotonic: () => 0 },
      log: createTestLog(),
      config: () => this.customers.config,
      box: createSecretBox([Buffer.alloc(32, 3)], 'quarantine'),
      secretBox: (purpose: string) => createSecretBox([Buffer.alloc(32, 3)], purpose),
      reader: {
        heldList: (query: HeldQuery, page: { limit: number; after?: string }) => ok(listHeld(this.reads, query, page)),
        queueContent: (id: QueueId, most: number) =>
          ok(readBeginning(this.reads, { id, most, bodies: join(this.folder, 'bodies'), keys: this.keys })),
      },
      store: () => ({
        apply: (verb: OperatorVerb) => {
          if (this.storeGone) return Promise.reject(new Error('the store thread is gone'));
          return run(this.engine, verb, this.customers.now);
        },
      }),
      notices: {
        tell: async (kind: Told['kind'], to: Reader, values: Told['values']) => {
          if (this.noticesGone) throw new Error('no room for notices');
          this.told.push({ kind, to, values });
          return { kind: 'sent', id: 'x' };
        },
      },
      learn: async (as: string, content: Uint8Array) =>
        void this.learned.push([as, Buffer.from(content).toString().slice(0, 4)]),
      preview: async () => PREVIEW,
    } as unknown as RoundParts;
    return { ...parts, lessons: new Lessons(parts) };
  }
}
