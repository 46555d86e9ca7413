// One message to one site: a connection, and as many transactions as its recipients need.

import type { SmtpSession } from '../../network/smtp-session.ts';
import {
  type Content,
  type RecipientResult,
  type TransactionResult,
  transact,
} from '../../network/smtp-transaction.ts';
import type { Attempt, FailureScope, Outcome } from '../message.ts';
import type { ClaimedRecipient } from '../queue/queue.ts';
import { type AttemptFrame, attemptOf } from './attempt.ts';
import { headerPrefix, needsSmtpUtf8, release } from './content.ts';
import type { DeliverContext, DeliveryJob } from './deliverer.ts';
import { isTooManyRecipients, recipientOutcome, unreachedOutcome } from './outcome.ts';
import { type Reached, reach } from './reach.ts';

/** The state of a job while it runs. */
interface Run {
  job: DeliveryJob;
  context: DeliverContext;
  session: Reached | undefined;
  /** Outcome of each recipient row. */
  outcomes: Map<number, Outcome>;
  /** Recipients of the transactions to come. */
  pending: ClaimedRecipient[][];
}

/** Runs the job, beginning on this connection if there is one. Gives the connection back where it can be used again. */
export async function runJob(
  job: DeliveryJob,
  idle: Reached | undefined,
  context: DeliverContext,
): Promise<{ outcomes: Outcome[]; session: Reached | undefined }> {
  const { recipients } = job.work;
  const pending = chunks(recipients, context.delivery.recipients_per_transaction);
  const run: Run = { job, context, session: idle, outcomes: new Map(), pending };
  try {
    for (let next = pending.shift(); next !== undefined; next = pending.shift()) await oneTransaction(run, next);
  } catch (error) {
    context.log.error('delivery failed unexpectedly', { id: job.work.meta.id, err: error });
    // What was said on the connection is unknown.
    run.session?.wire.destroy();
    run.session = undefined;
  }
  return { outcomes: recipients.map(({ row }) => run.outcomes.get(row) ?? UNEXPECTED), session: run.session };
}

/** A fault of ours is temporary, whatever it is. */
const UNEXPECTED: Outcome = { kind: 'deferred', cause: { from: 'us', cause: 'internal' }, scope: 'message' };

function chunks<T>(items: readonly T[], size: number): T[][] {
  const all: T[][] = [];
  for (let at = 0; at < items.length; at += size) all.push(items.slice(at, at + size));
  return all;
}

async function oneTransaction(run: Run, recipients: ClaimedRecipient[]): Promise<void> {
  const { context } = run;
  const frame: AttemptFrame = {
    at: context.clock.now(),
    started: context.clock.monotonic(),
    ended: 0,
    reused: run.session !== undefined,
    log: [],
  };
  const session = await connection(run, recipients, frame);
  if (session === undefined) return;
  const content = await run.job.content();
  try {
    await handOver(run, recipients, { ...frame, session }, content);
  } finally {
    await release(content);
  }
}

async function handOver(
  run: Run,
  recipients: ClaimedRecipient[],
  frame: AttemptFrame & { session: Reached },
  content: Content,
): Promise<void> {
  const { session } = frame;
  const transaction = prepared(run, session, recipients, content);
  if ('cause' in transaction) {
    finish(run, recipients, frame, (attempt) => ({ ...transaction, attempt }));
    return;
  }
  const result = await transact(session, transaction, run.context.timeouts);
  if (!result.reusable) drop(run, session);
  if (frame.reused && result.unanswered) {
    // The receiver ended the connection while it rested: nothing was tried yet.
    drop(run, session);
    run.pending.unshift(recipients);
    return;
  }
  frame.log.push(...result.log);
  settle(run, recipients, frame, result);
}

/** The connection in hand, or a new one; without one all that is left has its outcome. */
async function connection(run: Run, recipients: ClaimedRecipient[], frame: AttemptFrame): Promise<Reached | undefined> {
  const { context, job } = run;
  if (run.session !== undefined) {
    context.counted.connections.add(1, { result: 'reused' });
    return run.session;
  }
  const reached = await reach(job.route, job.addresses, context);
  frame.log.push(...reached.log);
  if (reached.kind === 'reached') {
    context.counted.connections.add(1, { result: reached.session.wire.tls === undefined ? 'open' : 'open_tls' });
    run.session = reached.session;
    return reached.session;
  }
  context.counted.connections.add(1, { result: 'failed' });
  const last = reached.failures.at(-1)?.candidate;
  if (last !== undefined) frame.host = { name: last.host, ip: last.ip };
  for (const { failure } of reached.failures) {
    if (failure.from === 'us' && failure.fault.kind === 'local') {
      context.log.warn('connection refused by this machine', { site: job.route.site, detail: failure.fault.detail });
    }
  }
  const all = [...recipients, ...run.pending.splice(0).flat()];
  finish(run, all, frame, (attempt) => unreachedOutcome(reached.failures, attempt));
  return undefined;
}

/** The transaction, or the outcome that its content or the receiver's extensions decide without one. */
function prepared(run: Run, session: SmtpSession, recipients: readonly ClaimedRecipient[], content: Content) {
  const { meta } = run.job.work;
  const { extensions } = session;
  const addresses = recipients.map(({ address }) => address);
  const before = headerPrefix(meta, addresses, run.context.loopSecret);
  const smtpUtf8 = meta.smtpUtf8 && extensions.smtpUtf8;
  // RFC 6531 3.2: without the extension at the next hop the message is rejected or returned.
  if (!smtpUtf8 && needsSmtpUtf8(meta, addresses, before, content)) return bounced('no-smtputf8');
  const size = Buffer.byteLength(before) + octets(content, meta.size);
  // RFC 1870 5: a message above the limit that the server names needs no try.
  if (extensions.size !== undefined && extensions.size > 0 && size > extensions.size) return bounced('too-large');
  // RFC 6152 3: content with 8 bits towards a receiver without 8BITMIME would be converted here.
  return { sender: meta.sender, recipients: addresses, before, content, size, eightBit: meta.eightBit, smtpUtf8 };
}

function bounced(cause: 'no-smtputf8' | 'too-large') {
  return { kind: 'bounced', cause: { from: 'us', cause } } as const;
}

function octets(content: Content, stored: number): number {
  return content.kind === 'bytes' ? content.bytes.length : stored;
}

function drop(run: Run, session: Reached): void {
  run.session = undefined;
  // Where the connection still stands the goodbye is polite; nobody waits for it.
  void session.wire.quit(0);
}

function settle(
  run: Run,
  recipients: readonly ClaimedRecipient[],
  frame: AttemptFrame,
  result: TransactionResult,
): void {
  const host = frame.session?.target.host ?? '';
  const scope = failureScope(run, result, frame.reused);
  const again = someAccepted(result) ? recipients.filter((_, i) => isAgain(result.recipients[i])) : [];
  if (again.length > 0) run.pending.unshift([...again]);
  frame.ended = run.context.clock.monotonic();
  run.context.counted.seconds.observe((frame.ended - frame.started) / 1000);
  const rcpts = new Set(result.rcpts);
  for (const [i, recipient] of recipients.entries()) {
    const outcome = result.recipients[i];
    if (outcome === undefined || again.includes(recipient)) continue;
    // Each recipient sees its own RCPT, not those of others.
    const own = recipients.length === 1 ? frame.log : frame.log.filter((e) => !rcpts.has(e) || e === result.rcpts[i]);
    const attempt = withNumber(attemptOf(frame, own), recipient.attempts + 1);
    run.outcomes.set(recipient.row, recipientOutcome(outcome, host, scope, attempt));
  }
}

function isAgain(result: RecipientResult | undefined): boolean {
  return result !== undefined && isTooManyRecipients(result);
}

/** Progress was made: the next transaction will have fewer recipients. */
function someAccepted({ rcpts }: TransactionResult): boolean {
  return rcpts.some(({ reply }) => reply !== undefined && reply.code < 300);
}

/** Whom a temporary failure is about that is not a recipient's own. */
function failureScope(run: Run, result: TransactionResult, reused: boolean): FailureScope {
  const { site } = run.job.route;
  const { trouble } = run.context;
  const failed = result.recipients.filter(isTrouble);
  if (failed.length === 0) {
    trouble.clear(site);
    return 'message';
  }
  const inARow = trouble.note(site);
  // A new connection that got no further than MAIL says as much as a refused greeting.
  const atOnce = !reused && result.unanswered;
  return inARow || atOnce ? 'destination' : 'message';
}

function isTrouble(result: RecipientResult): boolean {
  if (result.kind === 'delivered') return false;
  if (result.kind === 'fault') return true;
  const { code } = result.reply;
  return code === 421 || code === 503 || (result.stage === 'mail' && code < 500);
}

function finish(
  run: Run,
  recipients: readonly ClaimedRecipient[],
  frame: AttemptFrame,
  outcome: (attempt: Attempt) => Outcome,
): void {
  frame.ended = run.context.clock.monotonic();
  const attempt = attemptOf(frame);
  for (const { row, attempts } of recipients) run.outcomes.set(row, outcome(withNumber(attempt, attempts + 1)));
}

function withNumber(attempt: Omit<Attempt, 'number'>, number: number): Attempt {
  return { number, ...attempt };
}
