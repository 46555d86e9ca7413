// Who does something, as audit and events name it.

/** Whoever asked for a change. */
export interface Actor {
  /**
   * `operator` or the user of the machine (socket of the data folder), a user's e-mail address, `key:ID`, `link:ID`, or
   * `easymail` for what the relay does by itself.
   */
  readonly who: string;
  /** Address that the request came from; absent on the socket, and for the relay itself. */
  readonly from?: string;
  /** Why, where the actor said so. */
  readonly reason?: string;
}

/** The relay itself: timers, checks, what DNS said. */
export const RELAY_ACTOR: Actor = { who: 'easymail' };
