// A queue with very many recipients, as a crash leaves it: written through the engine itself, and the relay started on
// it. What counts is the time from the start of the process to its first greeting.

import { once } from 'node:events';
import { statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CustomerId, MessageMeta } from '../../src/mail/message.ts';
import type { NewMessage } from '../../src/mail/queue/queue.ts';
import { createQueueIds } from '../../src/mail/queue/queue-id.ts';
import { openSqliteEngine } from '../../src/mail/queue/sqlite-engine.ts';
import { acceptedEvent } from '../../src/mail/report/events.ts';
import { countsOf, sendOne } from '../support/mail.ts';
import { type RelayOptions, startRelay } from '../support/relay.ts';
import { startReceiver } from '../support/scripted-receiver.ts';
import { temporaryFolder } from '../support/temp.ts';

const RECIPIENTS_EACH = 100;
const DESTINATIONS = 1000;
const MESSAGES_A_BATCH = 50;
const BODY_OCTETS = 10_240;
const DAY_MS = 86_400_000;

/** Writes messages of a hundred recipients each into the queue of a relay that is not running. */
export async function fillQueue(dataDir: string, recipients: number): Promise<void> {
  const engine = openSqliteEngine({ path: join(dataDir, 'queue.db'), expireAfterMs: 5 * DAY_MS });
  const newId = createQueueIds({ node: 1, thread: 0, now: () => Date.now() });
  const bytes = Buffer.from(`Subject: one of many\r\n\r\n${`${'x'.repeat(70)}\r\n`.repeat(BODY_OCTETS / 72)}`);
  const message = (number: number): NewMessage => {
    const destination = `d${number % DESTINATIONS}.full.test`;
    const to = Array.from({ length: RECIPIENTS_EACH }, (_, index) => `u${number}-${index}@${destination}`);
    const meta: MessageMeta = {
      id: newId(),
      customer: 'acme' as CustomerId,
      direction: 'outbound',
      stream: 'business',
      sender: 'a@acme.test',
      acceptedAt: Date.now(),
      size: bytes.length,
      origin: { ip: '127.0.0.1', helo: 'client.test' },
      received: 'Received: from client.test by relay.test;\r\n\tSun, 22 Nov 2026 00:00:00 +0000\r\n',
      eightBit: false,
      smtpUtf8: false,
      recipientCount: to.length,
    };
    return {
      meta,
      body: { kind: 'inline', bytes },
      recipients: to.map((address) => ({ address, destination })),
      events: [JSON.stringify(acceptedEvent(meta, to))],
    };
  };
  const messages = Math.ceil(recipients / RECIPIENTS_EACH);
  for (let first = 0; first < messages; first += MESSAGES_A_BATCH) {
    const length = Math.min(MESSAGES_A_BATCH, messages - first);
    const enqueues = Array.from({ length }, (_, index) => message(first + index));
    await engine.commit({ now: Date.now(), settlements: [], enqueues, claimed: new Set(), apart: false });
  }
  await engine.close();
}

/** When the listener on this port first gave its greeting. */
async function firstBanner(port: number, timeoutMs = 60_000): Promise<number> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const socket = connect({ port, host: '127.0.0.1' });
    try {
      const [octets] = (await once(socket, 'data')) as [Buffer];
      if (octets.toString('latin1').startsWith('220 ')) return performance.now();
    } catch {
      // Nobody listens yet.
    } finally {
      socket.destroy();
    }
    if (performance.now() > end) throw new Error(`no greeting within ${timeoutMs} ms`);
    await sleep(10);
  }
}

export interface FullStart {
  /** From the start of the process to the first greeting, milliseconds; of each start after a SIGKILL. */
  bannerMs: number[];
  /** From the begin of a fresh message to its delivery elsewhere, right after the start. */
  freshMs: number;
  /** Recipients that wait, as `queue` counts them. */
  waiting: number;
  queueMb: number;
}

/** Fills a queue, starts the relay on it, and kills it and starts it again `kills` times. */
export async function measureFullStart(recipients: number, kills: number): Promise<FullStart> {
  await using temp = temporaryFolder('full-queue');
  await using receiver = await startReceiver();
  const options: RelayOptions = {
    folder: temp.path,
    config: {
      // Nobody listens where the many go.
      route: [
        { domain: 'fresh.test', hosts: [`127.0.0.1:${receiver.port}`] },
        { domain: '*', hosts: ['127.0.0.1:9'] },
      ],
    },
    readyTimeoutMs: 60_000,
  };
  const before = await startRelay(options);
  await before.stop();
  await fillQueue(before.dataDir, recipients);
  const report: FullStart = { bannerMs: [], freshMs: 0, waiting: 0, queueMb: 0 };
  report.queueMb = statSync(join(before.dataDir, 'queue.db')).size / 1024 ** 2;
  for (let round = 0; round <= kills; round++) {
    const begun = performance.now();
    const banner = firstBanner(before.ports.outbound);
    await using relay = await startRelay(options, before.ports);
    report.bannerMs.push((await banner) - begun);
    const sentAt = performance.now();
    const count = receiver.messages.length;
    await sendOne(relay.ports.outbound, 'bob@fresh.test');
    while (receiver.messages.length === count) await sleep(5);
    report.freshMs = Math.max(report.freshMs, performance.now() - sentAt);
    const { queued, deferred } = await countsOf(relay.dataDir);
    report.waiting = queued + deferred;
    await relay.kill();
  }
  return report;
}
