// Why something is not taken.

import type { NamedReply } from '../accept/replies.ts';

/** A refusal: what the client gets, and more for trace and `explain`. */
export interface Refusal {
  kind: 'refused';
  reply: NamedReply;
  reason: string;
}

/** A refusal with its reason for trace and `explain`. */
export function refuse(reply: NamedReply, reason: string): Refusal {
  return { kind: 'refused', reply, reason };
}
