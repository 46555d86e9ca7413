// The state machine of a customer, from the order to the removal: its states, the ways between them, and who may take
// them. Pure: what a step does besides is done by whoever takes it.

import type { CustomerFact } from '../../mail/authorise/directory.ts';
import { type Problem, problem } from '../api/problem.ts';

/** In the order of a customer's life. `suspended` is no stage: it lies over any of them, and is lifted again. */
export const STAGES = [
  'registered',
  'invited',
  'submitted',
  'approved',
  'verifying',
  'live',
  'notice',
  'deactivated',
  'removed',
] as const;
export type Stage = (typeof STAGES)[number];

/** A stage, or `suspended` where a suspension lies over it. */
export type ShownState = Stage | 'suspended';

/** Whose work it is. */
export type Side = 'operator' | 'customer';

/** Who takes a step: the operator's people, the customer's (over the link or signed in), the relay by itself, `apply`. */
export type Mover = Side | 'relay' | 'apply';

/** Every way there is, and who may take it. */
const WAYS: Readonly<Record<Stage, Partial<Record<Stage, readonly Mover[]>>>> = {
  registered: {
    invited: ['operator', 'relay'],
    submitted: ['operator'],
    live: ['apply'],
    deactivated: ['apply'],
    removed: ['operator'],
  },
  invited: {
    submitted: ['operator', 'customer'],
    live: ['apply'],
    deactivated: ['apply'],
    removed: ['operator'],
  },
  submitted: {
    // Back to the customer, with what is to be mended.
    invited: ['operator'],
    approved: ['operator'],
    live: ['apply'],
    deactivated: ['apply'],
    removed: ['operator'],
  },
  approved: {
    verifying: ['operator', 'relay'],
    live: ['apply'],
    deactivated: ['apply'],
    removed: ['operator'],
  },
  verifying: {
    live: ['operator', 'relay', 'apply'],
    notice: ['operator', 'relay'],
    deactivated: ['operator', 'relay', 'apply'],
    removed: ['operator', 'apply'],
  },
  live: {
    notice: ['operator', 'relay'],
    deactivated: ['operator', 'relay', 'apply'],
    removed: ['apply'],
  },
  notice: {
    live: ['operator', 'relay', 'apply'],
    deactivated: ['operator', 'relay', 'apply'],
    removed: ['apply'],
  },
  deactivated: {
    live: ['operator', 'relay', 'apply'],
    notice: ['operator', 'relay'],
    removed: ['operator', 'relay', 'apply'],
  },
  // Somebody with the same id comes anew, by a file; an order gets an id of its own.
  removed: { live: ['apply'], verifying: ['apply'], deactivated: ['apply'] },
};

export type StepVerdict = { ok: true } | { ok: false; refused: Problem };

/** Whether this step may be taken by this mover; else the problem that it is. */
export function mayMove(from: Stage, to: Stage, mover: Mover): StepVerdict {
  if (from === to) return { ok: false, refused: problem('customer-is-so-already', { stage: from }) };
  const movers = WAYS[from][to];
  if (movers === undefined) {
    const ways = Object.keys(WAYS[from]).filter((stage) => WAYS[from][stage as Stage]?.includes(mover));
    const next = ways.length === 0 ? 'it stays so' : `from there it can become ${ways.join(', ')}`;
    return { ok: false, refused: problem('no-way-to-stage', { stage: from, to, next }) };
  }
  if (movers.includes(mover)) return { ok: true };
  return { ok: false, refused: problem('step-of-others', { stage: from, to, mover }) };
}

/** A step that may be taken next. */
export interface Way {
  to: Stage;
  /** Who may take it. */
  by: Exclude<Mover, 'apply'>[];
}

/** The steps from a stage, but those that only a file takes. */
export function waysFrom(stage: Stage): Way[] {
  return STAGES.flatMap((to) => {
    const by = (WAYS[stage][to] ?? []).filter((mover) => mover !== 'apply');
    return by.length === 0 ? [] : [{ to, by }];
  });
}

/** What the mail path is told; nothing where it does not know the customer (yet, or any longer). */
export function mailState(stage: Stage, suspended: boolean): CustomerFact['state'] | undefined {
  switch (stage) {
    case 'registered':
    case 'invited':
    case 'submitted':
    case 'approved':
    case 'removed':
      return undefined;
    case 'verifying':
      return suspended ? 'suspended' : 'verifying';
    case 'live':
    case 'notice':
      return suspended ? 'suspended' : 'live';
    // The end of the contract says more than a suspension; queued mail waits for the one all the same.
    case 'deactivated':
      return 'deactivated';
    default:
      return stage satisfies never;
  }
}

/** Whose turn it is at a stage; nobody's once the customer is live. */
export function turnOf(stage: Stage): Side | undefined {
  switch (stage) {
    case 'registered':
    case 'submitted':
    case 'approved':
      return 'operator';
    case 'invited':
    case 'verifying':
      return 'customer';
    case 'live':
    case 'notice':
    case 'deactivated':
    case 'removed':
      return undefined;
    default:
      return stage satisfies never;
  }
}

/** The entry may still be changed by those who enter it. */
export function isEntering(stage: Stage): boolean {
  return stage === 'registered' || stage === 'invited';
}

/** The way to live lies before it. */
export function isComing(stage: Stage): boolean {
  return turnOf(stage) !== undefined;
}
