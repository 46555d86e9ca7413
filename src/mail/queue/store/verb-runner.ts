// Runs operator verbs step by step, one step a commit, in turn where several run at once.

import type { StepResult, VerbStep } from '../engine.ts';
import type { OperatorVerb, PartResult, VerbPart, VerbResult } from '../operations.ts';

/** Rows looked at in one step: a few milliseconds. */
const ROWS_A_STEP = 2000;

interface Running {
  verb: OperatorVerb;
  after: number;
  until?: number;
  /** Steps that are left of a part. */
  stepsLeft: number;
  result: PartResult;
  done: (result: PartResult) => void;
  failed: (error: Error) => void;
}

export class VerbRunner {
  readonly #running: Running[] = [];

  get isEmpty(): boolean {
    return this.#running.length === 0;
  }

  run(verb: OperatorVerb): Promise<VerbResult> {
    return this.#begin({ verb, after: 0, stepsLeft: Number.POSITIVE_INFINITY });
  }

  runPart({ of, after, until, steps }: VerbPart): Promise<PartResult> {
    return this.#begin({ verb: of, after, until, stepsLeft: steps });
  }

  #begin(wanted: Pick<Running, 'verb' | 'after' | 'until' | 'stepsLeft'>): Promise<PartResult> {
    return new Promise((done, failed) => {
      this.#running.push({ ...wanted, result: { changed: 0, busy: 0 }, done, failed });
    });
  }

  /** The step for the next transaction. Its result, or its failure, must be told before another is asked for. */
  step(): VerbStep | undefined {
    const first = this.#running[0];
    if (first === undefined) return undefined;
    const { verb, after, until } = first;
    return { verb, after, rows: ROWS_A_STEP, ...(until !== undefined && { until }) };
  }

  stepped(step: StepResult): void {
    const running = this.#running.shift();
    if (running === undefined) return;
    const { result } = running;
    result.changed += step.changed;
    result.busy += step.busy;
    running.stepsLeft--;
    if (step.next !== undefined && running.stepsLeft <= 0) {
      running.done({ ...result, next: step.next });
      return;
    }
    // A suspension is in force after its first step; telling of each message may take a while.
    if (step.next === undefined || 'customer' in running.verb) running.done(result);
    if (step.next === undefined) return;
    running.after = step.next;
    this.#running.push(running);
  }

  failed(error: Error): void {
    this.#running.shift()?.failed(error);
  }
}
