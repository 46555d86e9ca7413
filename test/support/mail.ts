// One message through a relay, and what the relay says of it afterwards: over its own socket, so that asking is cheap.

import { setTimeout } from 'node:timers/promises';
import type { MailEvent } from '../../src/mail/report/events.ts';
import { apiGet, type Counts } from './relay.ts';
import { SmtpClient } from './smtp-client.ts';
import { until } from './until.ts';

/** What is put off, as on a busy machine, is sent again, as mail servers do. */
const TRIES = 5;

/** Sends one small message, of acme's unless said otherwise; gives its queue id, or the refusal. */
export async function sendOne(
  port: number,
  to: string,
  more: { ip?: string; from?: string; body?: string } = {},
): Promise<string> {
  const { ip = '127.0.0.1', from = 'a@acme.test', body = 'Hello.\r\n' } = more;
  const content = Buffer.from(`From: <${from}>\r\nSubject: to ${to}\r\n\r\n${body}`);
  for (let tries = 1; ; tries++) {
    await using client = await SmtpClient.connect({ port, from: ip });
    await client.hello();
    const reply = await client.message({ from, to: [to], content });
    await client.quit();
    const later = reply.code < 500 && reply.code >= 400;
    if (!later || tries === TRIES) return /queued as (\S+)/.exec(reply.text)?.[1] ?? reply.text;
    await setTimeout(1000);
  }
}

/** All events of a message that the trace has by now. */
export async function eventsOf(dataDir: string, id: string): Promise<MailEvent[]> {
  const { status, body } = await apiGet(dataDir, `/api/v1/trace/messages/${id}`);
  return status === 200 ? (JSON.parse(body) as { events: MailEvent[] }).events : [];
}

/** Waits until the trace has an event of this type of the message; gives all of its events. */
export async function waitForEvent(dataDir: string, id: string, type: MailEvent['type']): Promise<MailEvent[]> {
  return until(`${type} of ${id}`, async () => {
    const events = await eventsOf(dataDir, id);
    return events.some((event) => event.type === type) ? events : undefined;
  });
}

/** A message as `queue show` has it, or nothing. */
export async function queued(dataDir: string, id: string): Promise<Record<string, unknown> | undefined> {
  const { status, body } = await apiGet(dataDir, `/api/v1/queue/messages/${id}`);
  return status === 200 ? (JSON.parse(body) as Record<string, unknown>) : undefined;
}

/** What `queue` counts, without a process of its own. */
export async function countsOf(dataDir: string): Promise<Counts> {
  return JSON.parse((await apiGet(dataDir, '/api/v1/queue')).body) as Counts;
}
