// The tee on the data as it arrives, and the one verdict of all checks. A check sees every octet of the message once,
// in order, while it is received; scanners come in as further checks and nothing else changes.

import type { Reply } from '../../protocol/smtp/reply.ts';
import type { CustomerId, Direction, InspectionNote, Origin } from '../message.ts';
import type { HoldReason } from '../queue/queue.ts';

/** What is to become of a message. */
export type Verdict =
  | { kind: 'pass' }
  /** Passes with these fields (CRLF included) put before its header. */
  | { kind: 'tag'; fields: string }
  | { kind: 'hold'; reason: HoldReason }
  | { kind: 'quarantine'; reason: HoldReason }
  | { kind: 'reject'; reply: Reply }
  /** Ask the client to come back: a check could not be made. */
  | { kind: 'later' };

/** What a check is told before the first octet. */
export interface InspectedEnvelope {
  customer: CustomerId;
  direction: Direction;
  stream: string;
  sender: string;
  recipients: readonly string[];
  origin: Origin;
}

/** One kind of check, made once a thread. */
export interface Check {
  readonly name: string;
  /** After this long without a verdict the answer is `later`. */
  readonly deadlineMs: number;
  begin(envelope: InspectedEnvelope): CheckRun;
}

/** A check of one message. */
export interface CheckRun {
  /** The header section as it will be stored, then the body in pieces; the bytes must not be kept or changed. */
  chunk(bytes: Uint8Array): void;
  end(): Promise<Verdict>;
  abort(): void;
}

export interface Inspection {
  chunk(bytes: Uint8Array): void;
  /** All verdicts in one, and what each check said. Never rejects: a check that breaks means `later`. */
  end(): Promise<{ verdict: Verdict; notes: InspectionNote[] }>;
  abort(): void;
}

/** The stricter verdict wins; a check that could not be made outweighs a pass, never a refusal. */
const WEIGHT = { pass: 0, tag: 1, later: 2, hold: 3, quarantine: 4, reject: 5 } as const satisfies Record<
  Verdict['kind'],
  number
>;

/** Begins all checks for one message; nothing where there are none, so that an unscanned relay pays nothing. */
export function beginInspection(checks: readonly Check[], envelope: InspectedEnvelope): Inspection | undefined {
  if (checks.length === 0) return undefined;
  const runs = checks.map((check) => ({ check, run: check.begin(envelope) }));
  return {
    chunk(bytes) {
      for (const { run } of runs) run.chunk(bytes);
    },
    async end() {
      const results = await Promise.all(runs.map(({ check, run }) => finish(check, run)));
      return { verdict: combine(results.map((result) => result.verdict)), notes: results.map((result) => result.note) };
    },
    abort() {
      for (const { run } of runs) run.abort();
    },
  };
}

/** One verdict of many; the fields of all tags are kept when the message passes. */
export function combine(verdicts: readonly Verdict[]): Verdict {
  let worst: Verdict = { kind: 'pass' };
  for (const verdict of verdicts) if (WEIGHT[verdict.kind] > WEIGHT[worst.kind]) worst = verdict;
  if (worst.kind !== 'tag') return worst;
  const fields = verdicts.map((verdict) => (verdict.kind === 'tag' ? verdict.fields : '')).join('');
  return { kind: 'tag', fields };
}

async function finish(check: Check, run: CheckRun): Promise<{ verdict: Verdict; note: InspectionNote }> {
  const began = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<Verdict>((resolve) => {
    timer = setTimeout(() => resolve({ kind: 'later' }), check.deadlineMs);
  });
  // A check that breaks is a check that was not made: later, never clean (invariant 6).
  const verdict = await Promise.race([run.end(), deadline]).catch((): Verdict => ({ kind: 'later' }));
  clearTimeout(timer);
  return { verdict, note: { check: check.name, result: verdict.kind, ms: Math.round(performance.now() - began) } };
}
