// Holds for what a message holds: given by its inspection, lifted by whoever looks after the quarantine.

/** Kinds of such holds. `quarantine`: for its content. `content`: it has to be looked at by a person. */
export const CONTENT_HOLDS = ['quarantine', 'content'] as const;

export type ContentHold = (typeof CONTENT_HOLDS)[number];

/** Whether a hold of this kind is lifted over the quarantine alone. */
export function isContentHold(kind: string): kind is ContentHold {
  return (CONTENT_HOLDS as readonly string[]).includes(kind);
}
