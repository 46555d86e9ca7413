// What the parts of the customers' service share.

import type { ServiceParts } from '../services.ts';
import type { MoveOptions, StageChange } from './moves.ts';
import type { Step } from './step.ts';

/** What the service itself is made of. */
export type CustomerParts = Pick<
  ServiceParts,
  'database' | 'changes' | 'directory' | 'clock' | 'log' | 'config' | 'store' | 'reader' | 'sendMail' | 'poolsChanged'
>;

/** What its parts are made of. */
export interface CustomerCore extends CustomerParts {
  /** Moves a customer as a part of a change; whoever listens is told. */
  moveWithin(step: Step, move: MoveOptions): Promise<StageChange>;
  /** Told after the change: subscriptions of the customer are others now. */
  subscriptionsChanged(customer: string): void;
}
