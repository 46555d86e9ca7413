import type { Command } from 'commander';
import type { Attempt, Cause, InspectionNote, NoticeNote } from '../../../mail/message.ts';
import type { AcceptedEvent, EventBounce, MailEvent } from '../../../mail/report/events.ts';
import type { TraceEntry, TraceMessage } from '../../../mail/trace/trace.ts';
import type { Client } from '../client.ts';
import { CliError, jsonLine, printable, REFUSED, table } from '../io.ts';
import { type Cli, type CommonOptions, clientOf, common, count, optionsOf } from '../verb.ts';

const PAGE = 1000;
const TERMS_HELP = `
Terms, all of which must fit:
  from: to: domain:     an address, or @domain; domain: either side
  id: message-id: ip:   of one message, or of a client
  customer: direction:  a customer's id; inbound or outbound
  status:               queued, deferred, held, quarantined, delivered, bounced, expired, suppressed, removed, rejected
  class:                of failures, such as reputation (docs/bounces.md)
  since: until:         2h, 7d, 2026-11-22 or 2026-11-22T08:30, in UTC
  anything else         words of replies, hosts, subjects, addresses; "in quotes" as a whole`;

interface TraceOptions extends CommonOptions {
  limit?: number;
}

/** `trace QUERY`: finds messages, or shows all of one. */
export function addTrace(program: Command, cli: Cli): void {
  common(program.command('trace'))
    .description('find messages by terms and free words, the newest first; id: alone shows all of one')
    .argument('<query...>', 'such as from:ada@acme.example since:2h')
    .addHelpText('after', TERMS_HELP)
    .option('--limit <n>', 'at most so many (default: 100)', count(1_000_000))
    .action(async (terms: string[], _options: unknown, command: Command) => {
      const { json, limit = 100 } = optionsOf(command) as TraceOptions;
      const client = await clientOf(command, cli);
      const id = terms.length === 1 ? /^id:(\S+)$/.exec(terms[0] ?? '')?.[1] : undefined;
      if (id !== undefined) {
        const path = `/api/v1/trace/messages/${encodeURIComponent(id)}`;
        const message = (await client.call({ path })) as TraceMessage;
        cli.io.out(json === true ? jsonLine({ ...message.entry, events: message.events }) : describeMessage(message));
        return;
      }
      const { entries, more } = await search(client, terms.join(' '), limit);
      if (json === true) for (const entry of entries) cli.io.out(jsonLine(entry));
      else if (entries.length > 0) cli.io.out(describeEntries(entries));
      if (entries.length === 0) throw new CliError(REFUSED, 'nothing found');
      if (more) cli.io.err(`only the newest ${limit} are shown; --limit shows more, since: and until: narrow it\n`);
    });
}

async function search(client: Client, q: string, limit: number): Promise<{ entries: TraceEntry[]; more: boolean }> {
  const entries: TraceEntry[] = [];
  let before: string | undefined;
  do {
    const query = { q, limit: String(Math.min(PAGE, limit - entries.length)), before };
    const page = (await client.call({ path: '/api/v1/trace', query })) as { entries: TraceEntry[]; next?: string };
    entries.push(...page.entries);
    before = page.next;
  } while (before !== undefined && entries.length < limit);
  return { entries, more: before !== undefined };
}

function describeEntries(entries: readonly TraceEntry[]): string {
  const rows = entries.flatMap((entry) => {
    const head = [entry.at, entry.id ?? '-', entry.customer ?? '-', entry.from === '' ? '<>' : (entry.from ?? '-')];
    const recipients = entry.recipients.length === 0 ? [{ address: '-', status: 'rejected' }] : entry.recipients;
    return recipients.map(({ address, status }) =>
      [...head, address, entry.reply === undefined ? status : `${status} (${entry.reply})`].map(printable),
    );
  });
  return table(['at', 'id', 'customer', 'from', 'to', 'status'], rows);
}

function describeMessage({ entry, events }: TraceMessage): string {
  const lines = [
    `${entry.id ?? '-'}  ${entry.direction ?? ''} of customer ${entry.customer ?? '-'}`,
    `from    ${entry.from === '' ? '<>' : (entry.from ?? '-')}  (client ${entry.ip ?? '-'})`,
    ...entry.recipients.map(({ address, status }) => `to      ${address}  ${status}`),
    ...(entry.subject === undefined ? [] : [`subject ${entry.subject}`]),
    ...(entry.message_id === undefined ? [] : [`message-id <${entry.message_id}>`]),
    '',
    ...events.flatMap(describeEvent),
  ];
  return `${lines.map(printable).join('\n')}\n`;
}

function describeEvent(event: MailEvent): string[] {
  const head = `${new Date(event.at).toISOString()}  ${event.type}`;
  if (event.type === 'message.accepted')
    return [
      `${head}  ${event.recipients.length} recipient(s), ${event.meta.size} octets${describeOrigin(event)}`,
      ...describeInspection(event.meta.inspection),
      ...describeHidden(event),
    ];
  if (event.type === 'message.rejected')
    return [`${head}  ${event.code} ${event.reply}`, ...describeInspection(event.inspection)];
  if (!('recipient' in event)) return [`${head}  ${event.reason}${event.by === undefined ? '' : ` by ${event.by}`}`];
  const lines = [`${head}  ${event.recipient}`];
  if (event.attempt !== undefined) lines.push(...describeAttempt(event.attempt));
  if (event.reply !== undefined) lines.push(`    reply: ${event.reply.code} ${event.reply.text}`);
  if (event.cause !== undefined) lines.push(`    cause: ${describeCause(event.cause)}`);
  if (event.bounce !== undefined) lines.push(`    class: ${describeBounce(event.bounce)}`);
  if (event.suppressed === true) lines.push('    suppressed from now on; see: easymail suppression show');
  if (event.notice !== undefined) lines.push(`    ${describeNotice(event.notice)}`);
  if (event.nextAttemptAt !== undefined) lines.push(`    next attempt: ${new Date(event.nextAttemptAt).toISOString()}`);
  return lines;
}

/** A line for each check: what it said, what followed, how long it took, and what it found. */
function describeInspection(notes: readonly InspectionNote[] = []): string[] {
  return notes.flatMap(({ check, result, verdict, ms, details = {} }) => [
    `    ${check}: ${result}${verdict === 'pass' ? '' : ` -> ${verdict}`}, ${ms} ms`,
    ...Object.entries(details).map(([name, value]) => `      ${name}: ${[value].flat().join('; ')}`),
  ]);
}

/** What the receivers do not see of the header: before, and what it became. */
function describeHidden({ hidden = [], hiddenMore = 0 }: AcceptedEvent): string[] {
  const lines = hidden.flatMap(({ field, before, after, kept }) => {
    if (kept !== undefined) return [`    kept, as it is signed: ${field}: ${before}`];
    if (after === undefined) return [`    hidden: ${field}: ${before}`];
    return [`    hidden: ${field}: ${before}`, `       now: ${field}: ${after}`];
  });
  return hiddenMore > 0 ? [...lines, `    hidden: ${hiddenMore} more field(s)`] : lines;
}

/** Of a notice of ours: what it is about. */
function describeOrigin({ meta: { noticeOf } }: AcceptedEvent): string {
  return noticeOf === undefined ? '' : `, notice (${noticeOf.subject}) about ${noticeOf.id}`;
}

function describeNotice(notice: NoticeNote): string {
  return 'id' in notice
    ? `notice (${notice.subject}) to the sender: ${notice.id}`
    : `no notice (${notice.subject}): ${notice.none}`;
}

function describeAttempt(attempt: Attempt): string[] {
  const { host = '-', ip = '-', from, tls, durationMs, number } = attempt;
  const ours = from === undefined ? '' : ` from ${from.ip} (${from.hostname}, pool ${from.pool})`;
  const secured = tls === undefined ? 'no TLS' : `${tls.version}${tls.verified ? ' verified' : ''}`;
  return [
    `    attempt ${number} to ${host} [${ip}]${ours}, ${secured}, ${durationMs} ms`,
    ...(attempt.signed ?? []).map((key) => `      signed with ${key}`),
    ...attempt.conversation.map(
      ({ said, reply, ms }) =>
        `      ${String(ms).padStart(6)} ms  ${said}${reply === undefined ? '' : `  ->  ${reply}`}`,
    ),
  ];
}

function describeBounce({ class: name, permanence, responsible, asynchronous }: EventBounce): string {
  return `${name}, ${permanence}, ${responsible} can act${asynchronous ? ', told by mail' : ''}`;
}

function describeCause(cause: Cause): string {
  if (cause.from === 'us') return `${cause.cause}${cause.detail === undefined ? '' : ` (${cause.detail})`}`;
  return `${cause.host} said at ${cause.stage}: ${cause.reply.code} ${cause.reply.enhanced ?? ''} ${cause.reply.text}`;
}
