// TLS sessions of receivers, to resume instead of making a whole handshake (RFC 8446 2.2, RFC 5077): fewer round trips,
// and no certificate to check again. A session is used under the very policy it was made under, for the same name,
// address and port, and once only (RFC 8446 C.4).

/** Sessions kept of one host: as many as connections that may begin about the same time. */
const EACH = 4;
/** Hosts remembered; the longest unused is forgotten first. About 2 KB a session. */
const HOSTS = 1000;

export interface TlsSession {
  ticket: Buffer;
  /**
   * Whether the certificate was checked and fits when the session was made. A resumed handshake shows no certificate,
   * so this is all there is to know.
   */
  verified: boolean;
}

export class TlsSessions {
  readonly #byHost = new Map<string, TlsSession[]>();

  /** The youngest session kept under this key, which is then no longer kept. */
  take(key: string): TlsSession | undefined {
    const sessions = this.#byHost.get(key);
    const session = sessions?.pop();
    if (sessions?.length === 0) this.#byHost.delete(key);
    return session;
  }

  keep(key: string, session: TlsSession): void {
    const sessions = this.#byHost.get(key) ?? [];
    sessions.push(session);
    if (sessions.length > EACH) sessions.shift();
    this.#byHost.delete(key);
    this.#byHost.set(key, sessions);
    if (this.#byHost.size <= HOSTS) return;
    const [oldest] = this.#byHost.keys();
    if (oldest !== undefined) this.#byHost.delete(oldest);
  }

  /** A handshake with one of them failed: the others are not tried. */
  forget(key: string): void {
    this.#byHost.delete(key);
  }
}
