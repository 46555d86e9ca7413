// Invariant 2: every accepted recipient had exactly one final event, or is in the queue. Two looks at it:
//
// - the sums: what the queue says it accepted and finished, and what the trace was told, at the same place of the outbox;
// - the messages: of those that the trace knows as open, some each time are looked for in the queue.
//
// A difference counts once two runs in a row have seen it: what is on its way between two threads is no loss.

import type { Clock } from '../../platform/clock.ts';
import { inTime } from '../../platform/in-time.ts';
import type { Log } from '../../platform/log.ts';
import type { QueueId } from '../message.ts';
import type { LostMessage, LostPage, ReadAnswer } from '../trace/read-messages.ts';
import type { TraceTotals } from '../trace/trace.ts';

/** The queue's counts at one commit. */
export interface QueueSums {
  /** Last row of the outbox at that commit. */
  seq: number;
  /** Recipients accepted and final since the queue was made. */
  accepted: number;
  final: number;
  /** Recipients in the queue, of all statuses. */
  inQueue: number;
}

export interface ReconcilerOptions {
  clock: Clock;
  log: Log;
  queueSums(): Promise<QueueSums>;
  /** The trace's sums at this place; resolves once the trace has come that far. */
  traceTotals(seq: number): Promise<TraceTotals>;
  /** Open messages of the trace that the queue does not have (`Reader.lost`). */
  lost(acceptedBefore: number, page: { limit: number; after?: string }): Promise<ReadAnswer<LostPage>>;
}

export interface ReconcilerReport {
  /** What is wrong, in words for an operator; empty when all comes out even. */
  faults: string[];
  /** Messages with recipients that have neither a final event nor a place in the queue. */
  lost: LostMessage[];
  /** A look could not be taken; says why. */
  unknown: string[];
}

export interface Reconciler {
  /** One run. Never rejects. Only what the run before saw too is reported. */
  run(): Promise<ReconcilerReport>;
}

/** The trace must have told of what was committed within this time. */
const TRACE_MS = 30_000;
/** Younger messages are not looked for. */
const MARGIN_MS = 10 * 60_000;
/** Messages looked for in one run. */
const LOOKED_FOR = 2000;
/** Lost messages named in one report. */
const NAMED = 20;

/** A reconciler that has not run yet. */
export function createReconciler(options: ReconcilerOptions): Reconciler {
  let lastSums: string | undefined;
  let suspects = new Set<QueueId>();
  let lost = new Map<QueueId, LostMessage>();
  let after: string | undefined;

  let duplicates: number | undefined;

  const compareSums = async (report: ReconcilerReport) => {
    const { fault, trace } = await compare(options);
    if (fault !== undefined && fault.kind === lastSums) report.faults.push(fault.text);
    lastSums = fault?.kind;
    if (trace === undefined) return;
    const more = trace.duplicates - (duplicates ?? trace.duplicates);
    duplicates = trace.duplicates;
    if (more > 0) report.faults.push(`${more} recipients had a second final event: they may have been delivered twice`);
  };
  /** Those that were missing before are looked for again by their page; new ones become suspects. */
  const findLost = async (report: ReconcilerReport) => {
    const acceptedBefore = options.clock.now() - MARGIN_MS;
    const answer = await options.lost(
      acceptedBefore,
      after === undefined ? { limit: LOOKED_FOR } : { limit: LOOKED_FOR, after },
    );
    if (answer.kind !== 'ok') {
      report.unknown.push(`open messages could not be looked for: ${answer.kind}`);
      return;
    }
    const missing = new Map(answer.value.lost.map((one) => [one.id, one]));
    lost = new Map([...missing].filter(([id]) => suspects.has(id)));
    const isNew = [...missing.keys()].some((id) => !suspects.has(id));
    suspects = new Set(missing.keys());
    // New suspects: the same page again in the next run. Else go on, and from the end begin anew.
    if (!isNew) after = lost.size > 0 ? after : answer.value.next;
    report.lost.push(...lost.values());
    if (lost.size > 0) report.faults.push(lostText([...lost.values()]));
  };
  return {
    async run() {
      const report: ReconcilerReport = { faults: [], lost: [], unknown: [] };
      for (const look of [compareSums, findLost]) {
        try {
          await look(report);
        } catch (err) {
          report.unknown.push(err instanceof Error ? err.message : String(err));
        }
      }
      if (report.unknown.length > 0) options.log.warn('reconciler could not look', { reasons: report.unknown });
      return report;
    },
  };
}

/** `kind` is the same as long as the fault is: counts go on while mail flows, a difference stays. */
interface Fault {
  kind: string;
  text: string;
}

async function compare(options: ReconcilerOptions): Promise<{ fault?: Fault; trace?: TraceTotals }> {
  const queue = await options.queueSums();
  const own = queue.accepted - queue.final - queue.inQueue;
  if (own !== 0) {
    const text = `the queue accepted ${queue.accepted} recipients, finished ${queue.final} and holds ${queue.inQueue}: a difference of ${own}`;
    return { fault: { kind: `queue ${own}`, text } };
  }
  const trace = await inTime(options.traceTotals(queue.seq), TRACE_MS);
  if (trace === undefined) {
    const text = `the trace has not come to place ${queue.seq} of the outbox in ${TRACE_MS / 1000} s`;
    return { fault: { kind: 'behind', text } };
  }
  // The trace is past that place already and does not remember it: nothing to compare in this run.
  if (trace.seq !== queue.seq) return { trace };
  const accepted = queue.accepted - trace.accepted;
  const final = queue.final - trace.final;
  if (accepted === 0 && final === 0) return { trace };
  const text = `of recipients accepted the trace knows ${accepted} fewer than the queue, of final ones ${final} fewer`;
  return { fault: { kind: `trace ${accepted} ${final}`, text }, trace };
}

function lostText(lost: readonly LostMessage[]): string {
  const names = lost.slice(0, NAMED).map(({ id, open }) => `${id} (${open})`);
  const more = lost.length > NAMED ? ` and ${lost.length - NAMED} more` : '';
  return `neither final nor in the queue, with their number of recipients: ${names.join(', ')}${more}`;
}
