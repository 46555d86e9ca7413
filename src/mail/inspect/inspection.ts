// The tee on the data as it arrives, and the one verdict of all checks. A check sees every octet of the message once,
// in order, while it is received, and gets the whole of it at the end.

import type { HeaderSection } from '../../protocol/mime/header.ts';
import { replies } from '../accept/replies.ts';
import type { CustomerId, Direction, InspectionNote, Origin, QueueId } from '../message.ts';
import { ContentDigest } from './memory/content-digest.ts';
import type { ProtectionSettings } from './protection.ts';
import { type CheckResult, type ContentChange, type Effect, strictest, type Verdict } from './verdict.ts';

/** What a check is told before the first octet. */
export interface InspectedMessage {
  id: QueueId;
  customer: CustomerId;
  direction: Direction;
  stream: string;
  /** Reverse path without brackets; empty for the null sender. */
  sender: string;
  recipients: readonly string[];
  origin: Origin;
  /** The header as it was received, parsed. */
  header: HeaderSection;
  /** Address of From, where there is exactly one. */
  headerFrom?: string;
  settings: ProtectionSettings;
  /** Inbound mail of another customer, or of this one: it was authorised when it was taken, nobody else is asked who sent it. */
  sentHere?: SentHere;
  /** Milliseconds since 1970. */
  at: number;
}

/** What the relay itself knows of who sent a message. */
export interface SentHere {
  /** The customer, or its login. */
  user: string;
  /** Domains of its sender and author that the customer may send for. */
  domains: ReadonlySet<string>;
}

/** The whole content once it was received: the header as it would be stored, then the body. */
export interface WholeContent {
  readonly size: number;
  /** All of it in memory; small messages already are, large ones are read back from their file. */
  bytes(): Promise<Uint8Array>;
  /** In pieces, for what need not hold all of it. */
  stream(): AsyncIterable<Uint8Array>;
  /** The same for the same content, where a check wants it (`Check.digest`): memory/content-digest.ts. */
  digest?: string;
}

/** One kind of check, made once a thread. */
export interface Check {
  readonly name: string;
  /** `first`: costs next to nothing, and what it refuses saves the others. The rest runs side by side. */
  readonly turn: 'first' | 'rest';
  /** After this long from the end of data without a result it is `unavailable`. */
  readonly deadlineMs: number;
  /** It wants `WholeContent.digest`. */
  readonly digest?: true;
  /** Nothing where this message needs no such check. */
  begin(message: InspectedMessage): CheckRun | undefined;
  /** What it means that the check broke or was late. Never `pass` for what protects. */
  unavailable(message: InspectedMessage): Verdict;
}

/** A check of one message. */
export interface CheckRun {
  /** The header section as it will be stored, then the body in pieces; the bytes must not be kept or changed. */
  chunk?(bytes: Uint8Array): void;
  end(content: WholeContent): Promise<CheckResult>;
  /** The message is given up, or another check has refused it. */
  abort(): void;
}

/** All verdicts in one. */
export interface Inspected {
  verdict: Verdict;
  notes: InspectionNote[];
  /** Of a message that is kept: to be made to its content, in order of their place. */
  changes: ContentChange[];
  effects: Effect[];
}

export interface Inspection {
  chunk(bytes: Uint8Array): void;
  /** Never rejects: a check that breaks counts as unavailable. */
  end(content: WholeContent): Promise<Inspected>;
  abort(): void;
}

interface Running {
  check: Check;
  run: CheckRun;
}

/** Begins all checks for one message; nothing where there are none, so that an unscanned relay pays nothing. */
export function beginInspection(checks: readonly Check[], message: InspectedMessage): Inspection | undefined {
  const running = checks.flatMap((check) => {
    const run = check.begin(message);
    return run === undefined ? [] : [{ check, run }];
  });
  if (running.length === 0) return undefined;
  const digest = running.some(({ check }) => check.digest === true) ? new ContentDigest() : undefined;
  return {
    chunk(bytes) {
      digest?.chunk(bytes);
      for (const { run } of running) run.chunk?.(bytes);
    },
    end(content) {
      const whole = digest === undefined ? content : { ...content, digest: digest.end() };
      return finishAll(running, message, whole);
    },
    abort() {
      for (const { run } of running) run.abort();
    },
  };
}

async function finishAll(
  running: readonly Running[],
  message: InspectedMessage,
  content: WholeContent,
): Promise<Inspected> {
  const results: Finished[] = [];
  for (const turn of ['first', 'rest'] as const) {
    const now = running.filter(({ check }) => check.turn === turn);
    results.push(...(await Promise.all(now.map((one) => finish(one, message, content)))));
    if (!results.some(({ result }) => result.verdict.kind === 'reject')) continue;
    // What comes later need not begin: the message is refused whatever it would say.
    if (turn === 'first') for (const { run } of running.filter(({ check }) => check.turn === 'rest')) run.abort();
    break;
  }
  return {
    verdict: strictest(results.map(({ result }) => result.verdict)),
    notes: results.map(({ note }) => note),
    changes: results.flatMap(({ result }) => result.changes ?? []),
    effects: results.flatMap(({ result }) => result.effects ?? []),
  };
}

interface Finished {
  result: CheckResult;
  note: InspectionNote;
}

async function finish({ check, run }: Running, message: InspectedMessage, content: WholeContent): Promise<Finished> {
  const began = performance.now();
  const unavailable = (): CheckResult => ({ verdict: check.unavailable(message), result: 'unavailable' });
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<CheckResult>((resolve) => {
    timer = setTimeout(() => {
      run.abort();
      resolve(unavailable());
    }, check.deadlineMs);
  });
  // A check that breaks is a check that was not made, never clean (invariant 6).
  const result = await Promise.race([run.end(content), deadline]).catch(unavailable);
  clearTimeout(timer);
  const note: InspectionNote = {
    check: check.name,
    result: result.result,
    verdict: result.verdict.kind,
    ms: Math.round(performance.now() - began),
    ...(result.details !== undefined && { details: result.details }),
  };
  return { result, note };
}

/** The SMTP answer of a verdict that does not keep the message. */
export function refusalOf(verdict: Verdict | undefined) {
  if (verdict?.kind === 'reject') return verdict.reply;
  return verdict?.kind === 'later' ? replies.inspectLater : undefined;
}
