// Runs operator verbs step by step, one step a commit, in turn where several run at once.

import type { StepResult, VerbStep } from '../engine.ts';
import type { OperatorVerb, VerbResult } from '../operations.ts';

/** Rows looked at in one step: a few milliseconds. */
const ROWS_A_STEP = 2000;

interface Running {
  verb: OperatorVerb;
  after: number;
  result: VerbResult;
  done: (result: VerbResult) => void;
  failed: (error: Error) => void;
}

export class VerbRunner {
  readonly #running: Running[] = [];

  get isEmpty(): boolean {
    return this.#running.length === 0;
  }

  run(verb: OperatorVerb): Promise<VerbResult> {
    return new Promise((done, failed) => {
      this.#running.push({ verb, after: 0, result: { changed: 0, busy: 0 }, done, failed });
    });
  }

  /** The step for the next transaction. Its result, or its failure, must be told before another is asked for. */
  step(): VerbStep | undefined {
    const first = this.#running[0];
    return first === undefined ? undefined : { verb: first.verb, after: first.after, rows: ROWS_A_STEP };
  }

  stepped(step: StepResult): void {
    const running = this.#running.shift();
    if (running === undefined) return;
    running.result.changed += step.changed;
    running.result.busy += step.busy;
    // A suspension is in force after its first step; telling of each message may take a while.
    if (step.next === undefined || 'customer' in running.verb) running.done(running.result);
    if (step.next === undefined) return;
    running.after = step.next;
    this.#running.push(running);
  }

  failed(error: Error): void {
    this.#running.shift()?.failed(error);
  }
}
