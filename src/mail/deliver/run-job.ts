// One message to one site: a connection, and as many transactions as its recipients need.

import {
  type Content,
  type RecipientResult,
  type TransactionResult,
  transact,
} from '../../network/smtp-transaction.ts';
import type { Exchange } from '../../network/smtp-wire.ts';
import type { Attempt, FailureScope, Outcome } from '../message.ts';
import type { ClaimedRecipient } from '../queue/queue.ts';
import { type AttemptFrame, attemptOf } from './attempt.ts';
import { headerPrefix, mayHoldEightBit, release, stampField } from './content.ts';
import type { DeliverContext, DeliveryJob } from './deliverer.ts';
import { recipientsATransaction } from './envelope-from.ts';
import { type Fitted, type Fitting, fitToReceiver, needsFitting, unchanged } from './fit-receiver.ts';
import { nextRecipients } from './next-recipients.ts';
import { isTooManyRecipients, recipientOutcome, type TurnedAway, turnedAway, unreachedOutcome } from './outcome.ts';
import { noticesOnWire, receiverTellsSuccess } from './pass-on-notices.ts';
import { type Reached, reach } from './reach.ts';

/** The state of a job while it runs. */
interface Run {
  job: DeliveryJob;
  context: DeliverContext;
  session: Reached | undefined;
  /** Outcome of each recipient row. */
  outcomes: Map<number, Outcome>;
  /** Recipients of the transactions to come. */
  pending: ClaimedRecipient[];
  /** What was said before this run, for the first attempt of it. */
  earlier: Exchange[];
  turnedAway: TurnedAway | undefined;
}

/** What came of a job. */
export interface JobResult {
  /** In the order of the recipients. */
  outcomes: Outcome[];
  /** The connection, where it can be used again. */
  session: Reached | undefined;
  /** No connection was to be had, and nothing was tried before. */
  turnedAway: TurnedAway | undefined;
}

/**
 * Runs the job, beginning on this connection if there is one. `earlier` is what was said for it before, on connections
 * that led to nothing. Never rejects.
 */
export async function runJob(
  job: DeliveryJob,
  idle: Reached | undefined,
  context: DeliverContext,
  earlier: Exchange[] = [],
): Promise<JobResult> {
  const { recipients } = job.work;
  const pending = [...recipients];
  const run: Run = { job, context, session: idle, outcomes: new Map(), pending, earlier, turnedAway: undefined };
  try {
    while (run.pending.length > 0) await oneTransaction(run);
  } catch (error) {
    context.log.error('delivery failed unexpectedly', { id: job.work.meta.id, err: error });
    // What was said on the connection is unknown.
    run.session?.wire.destroy();
    run.session = undefined;
  }
  const outcomes = recipients.map(({ row }) => run.outcomes.get(row) ?? UNEXPECTED);
  return { outcomes, session: run.session, turnedAway: run.turnedAway };
}

/** A fault of ours is temporary, whatever it is. */
const UNEXPECTED: Outcome = { kind: 'deferred', cause: { from: 'us', cause: 'internal' }, scope: 'message' };

async function oneTransaction(run: Run): Promise<void> {
  const { context, job } = run;
  const { mailHostsOf } = job.route;
  const frame: AttemptFrame = {
    at: context.clock.now(),
    started: context.clock.monotonic(),
    ended: 0,
    reused: run.session !== undefined,
    ...(mailHostsOf !== undefined && mailHostsOf !== job.work.meta.customer && { mailHostOf: mailHostsOf }),
    log: run.earlier.splice(0),
  };
  const session = await connection(run, frame);
  if (session === undefined) return;
  const most = recipientsATransaction(job.work.meta, context.delivery.recipients_per_transaction);
  const recipients = nextRecipients(run.pending, session, most);
  if (recipients.length === 0) return drop(run, session);
  const content = await job.content();
  try {
    await handOver(run, recipients, { ...frame, session }, content);
  } finally {
    await release(content);
  }
}

type Frame = AttemptFrame & { session: Reached };

/** Brings the message into a form for this receiver, and sends it to those whom it fits. */
async function handOver(run: Run, recipients: ClaimedRecipient[], frame: Frame, content: Content): Promise<void> {
  const { context, job } = run;
  const { extensions } = frame.session;
  const { meta } = job.work;
  const fitting: Fitting = {
    meta,
    recipients,
    content,
    source: job.content,
    sevenBit: context.sevenBit,
    returnKey: context.returnKey,
  };
  if (!needsFitting(meta, extensions)) return send(run, frame, unchanged(fitting));
  const { fitted, misfits } = await fitToReceiver(fitting, extensions);
  for (const { recipients: some, kind, cause, detail } of misfits) {
    const why = { from: 'us', cause, detail } as const;
    finish(run, some, frame, (attempt) =>
      kind === 'bounced' ? { kind, cause: why, attempt } : { kind, cause: why, scope: 'message', attempt },
    );
  }
  if (fitted === undefined) return;
  try {
    await send(run, frame, fitted);
  } finally {
    context.sevenBit.done(fitted.held);
    if (fitted.content !== content) await release(fitted.content);
  }
}

/** Signs, puts our fields before it, and runs the transaction. */
async function send(run: Run, frame: Frame, fitted: Fitted): Promise<void> {
  const { session } = frame;
  const { context, job } = run;
  const { meta } = job.work;
  const { content, sender, smtpUtf8 } = fitted;
  const recipients = fitted.recipients.map(({ recipient }) => recipient);
  const addresses = fitted.recipients.map(({ address }) => address);
  // What lies in memory is read from there; a large content is opened once more.
  const source = content.kind === 'bytes' ? () => content : job.content;
  const given = context.signer.sign(meta, source, fitted.converted);
  const signed = given instanceof Promise ? await given : given;
  if (signed.kind === 'later') {
    const cause = { from: 'us', cause: 'no-signing-key', detail: signed.detail } as const;
    return finish(run, recipients, frame, (attempt) => ({ kind: 'deferred', cause, scope: 'message', attempt }));
  }
  if (signed.keys !== undefined) frame.signed = signed.keys;
  const stamp = stampField(meta, job.route.stampFor, context.returnKey);
  const before = trace(headerPrefix(meta, addresses, context.loopSecret), fitted) + stamp + signed.fields;
  const size = Buffer.byteLength(before) + (content.kind === 'bytes' ? content.bytes.length : meta.size);
  const most = session.extensions.size ?? 0;
  // RFC 1870 5: a message above the limit that the server names needs no try.
  if (most > 0 && size > most) {
    const cause = { from: 'us', cause: 'too-large' } as const;
    return finish(run, recipients, frame, (attempt) => ({ kind: 'bounced', cause, attempt }));
  }
  const eightBit = !fitted.converted && (meta.eightBit || mayHoldEightBit(content));
  const notices = session.extensions.dsn ? noticesOnWire(meta, recipients, { smtpUtf8, route: job.route }) : undefined;
  const transaction = { sender, recipients: addresses, before, content, size, eightBit, smtpUtf8, notices };
  const result = await transact(session, transaction, context.timeouts);
  conclude(run, recipients, frame, result);
}

/** The only recipient may stand in our Received: where SMTPUTF8 cannot be had, it stands there as it is said. */
function trace(fields: string, { smtpUtf8, recipients }: Fitted): string {
  const [only] = recipients;
  if (smtpUtf8 || only === undefined || only.address === only.recipient.address) return fields;
  // Given by a function: `$&` may stand in a local part.
  return fields.replaceAll(`<${only.recipient.address}>`, () => `<${only.address}>`);
}

function conclude(run: Run, recipients: ClaimedRecipient[], frame: Frame, result: TransactionResult): void {
  const { session } = frame;
  if (!result.reusable) drop(run, session);
  if (result.botchedBdat) run.context.hosts.noteBotchedBdat(session.key);
  if (frame.reused && result.unanswered) {
    // The receiver ended the connection while it rested: nothing was tried yet.
    drop(run, session);
    run.pending.unshift(...recipients);
    return;
  }
  frame.log.push(...result.log);
  settle(run, recipients, frame, result);
}

/** The connection in hand, or a new one; without one all that is left has its outcome. */
async function connection(run: Run, frame: AttemptFrame): Promise<Reached | undefined> {
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
  if (run.outcomes.size === 0) run.turnedAway = turnedAway(reached.failures, frame.log);
  finish(run, run.pending.splice(0), frame, (attempt) => unreachedOutcome(reached.failures, attempt));
  return undefined;
}

function drop(run: Run, session: Reached): void {
  run.session = undefined;
  // Where the connection still stands the goodbye is polite; nobody waits for it.
  void session.wire.quit(0);
}

function settle(run: Run, recipients: readonly ClaimedRecipient[], frame: Frame, result: TransactionResult): void {
  const { host } = frame.session.target;
  const scope = failureScope(run, result, frame.reused);
  const again = comesAgain(frame.session, recipients, result);
  run.pending.unshift(...again);
  frame.ended = run.context.clock.monotonic();
  run.context.counted.seconds.observe((frame.ended - frame.started) / 1000);
  const rcpts = new Set(result.rcpts);
  const { work, route } = run.job;
  const passedOn = receiverTellsSuccess(work.meta, frame.session.extensions.dsn, route);
  for (const [i, recipient] of recipients.entries()) {
    const outcome = result.recipients[i];
    if (outcome === undefined || outcome.kind === 'again' || again.includes(recipient)) continue;
    // Each recipient sees its own RCPT, not those of others.
    const own = recipients.length === 1 ? frame.log : frame.log.filter((e) => !rcpts.has(e) || e === result.rcpts[i]);
    const attempt = withNumber(attemptOf(frame, own), recipient.attempts + 1);
    const became = recipientOutcome(outcome, host, scope, attempt);
    if (became.kind === 'delivered' && passedOn) became.noticesPassedOn = true;
    run.outcomes.set(recipient.row, became);
  }
}

/** Who is tried once more at once: those for whom there was no room, and those whose content went by the wrong verb. */
function comesAgain(
  session: Reached,
  recipients: readonly ClaimedRecipient[],
  { recipients: results, rcpts }: TransactionResult,
): ClaimedRecipient[] {
  const accepted = rcpts.filter(({ reply }) => reply !== undefined && reply.code < 300).length;
  const tooMany = accepted > 0 && results.some(isTooManyRecipients);
  // Progress was made, and the next transaction knows how many there may be.
  if (tooMany) session.rcptMax = Math.min(session.rcptMax, accepted);
  return recipients.filter((_, i) => {
    const result = results[i];
    return result !== undefined && (result.kind === 'again' || (tooMany && isTooManyRecipients(result)));
  });
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
  if (result.kind === 'delivered' || result.kind === 'again') return false;
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
