// What a session has done wrong so far, and when it is enough.

import type { Limits } from './conversation.ts';
import { type NamedReply, replies } from './replies.ts';

const LOGIN_FAILURES: ReadonlySet<NamedReply> = new Set([
  replies.authFailed,
  replies.authMalformed,
  replies.authCancelled,
]);

export class Penalties {
  readonly #limits: Limits;
  #errors = 0;
  #loginFailures = 0;
  #idleCommands = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Something was refused. Only permanent refusals are errors: 452 for one recipient too many is none. */
  refused(reply: NamedReply): void {
    if (reply.code >= 500) this.#errors++;
    if (LOGIN_FAILURES.has(reply)) this.#loginFailures++;
  }

  /** A command that brings no message on its way; false where there were too many in a row. */
  idled(): boolean {
    this.#idleCommands++;
    return this.#idleCommands <= this.#limits.commands_without_mail;
  }

  /** A message was taken. */
  forgiveIdling(): void {
    this.#idleCommands = 0;
  }

  /** The reply that ends the session where a limit is reached. */
  get verdict(): NamedReply | undefined {
    if (this.#loginFailures >= this.#limits.auth_failures) return replies.tooManyLogins;
    return this.#errors >= this.#limits.errors ? replies.tooManyErrors : undefined;
  }
}
