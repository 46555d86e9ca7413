/** A scanner ended the connection in the middle of what it was asked: it, or a process of it, may have died over that. */
export class BrokeOff extends Error {}

/** A scanner had a content in hand for all the time there was, and gave no answer. */
export class TookTooLong extends Error {}
