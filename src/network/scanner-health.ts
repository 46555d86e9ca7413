// Whether a scanner answers: asked again and again, with growing pauses while it does not, and at once after a scan that
// failed. Only probes change its state: a content that a scanner chokes on must not take the scanner from all others.

/** A scanner begins or ceases to answer. */
export interface ScannerNews {
  scanner: 'clamd' | 'rspamd';
  /** As configured. */
  address: string;
  state: 'up' | 'down';
  /** Why it is down, in words of ours. */
  detail: string;
}

/** A scanner as it was found last. */
export interface ScannerState {
  scanner: ScannerNews['scanner'];
  /** As configured. */
  address: string;
  state: 'unknown' | 'up' | 'down';
  /** Milliseconds that the last probe took that ended well. */
  probeMs?: number;
  /** When a probe ended well the last time, by the monotonic clock. */
  passedAt?: number;
  /** What a clamd says of itself and its signatures. */
  version?: string;
}

export interface HealthOptions {
  /** Rejects where the scanner is not fit to be asked. `deep`: a real scan has to show it, as after one that failed. */
  probe: (deep: boolean) => Promise<void>;
  /** Every probe is a deep one: for who watches and scans nothing. Default no. */
  alwaysDeep?: boolean;
  /** Told at every change, also of the first state. */
  changed: (state: 'up' | 'down', detail: string) => void;
  /** Between two probes of a scanner that answers, milliseconds. */
  everyMs: number;
}

export interface ScannerHealth {
  readonly state: 'unknown' | 'up' | 'down';
  /** Milliseconds that the last probe took that ended well. */
  readonly probeMs: number | undefined;
  /** When a probe ended well the last time, by the monotonic clock. */
  readonly passedAt: number | undefined;
  /** Resolves once the first probe has ended. */
  readonly known: Promise<void>;
  /** A scan went wrong: it is probed now. */
  doubt(): void;
  close(): void;
}

/** First pause after a failure; each is twice the one before, up to the longest. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2000;

/** Begins to probe. */
export function watchScanner(options: HealthOptions): ScannerHealth {
  return new Health(options);
}

class Health implements ScannerHealth {
  state: 'unknown' | 'up' | 'down' = 'unknown';
  probeMs: number | undefined;
  passedAt: number | undefined;
  readonly known: Promise<void>;
  readonly #options: HealthOptions;
  readonly #known = Promise.withResolvers<void>();
  #pause = FIRST_PAUSE_MS;
  #timer: NodeJS.Timeout | undefined;
  #probing = false;
  #closed = false;

  constructor(options: HealthOptions) {
    this.#options = options;
    this.known = this.#known.promise;
    void this.#probe(true);
  }

  doubt(): void {
    if (this.state === 'up' && !this.#probing && !this.#closed) void this.#probe(true);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#known.resolve();
  }

  async #probe(deep: boolean): Promise<void> {
    this.#probing = true;
    const began = performance.now();
    try {
      await this.#options.probe(deep || this.#options.alwaysDeep === true);
      if (this.#closed) return;
      this.passedAt = performance.now();
      this.probeMs = this.passedAt - began;
      this.#pause = FIRST_PAUSE_MS;
      this.#become('up', '');
      this.#later(this.#options.everyMs);
    } catch (err) {
      if (this.#closed) return;
      this.#become('down', err instanceof Error ? err.message : String(err));
      this.#later(this.#pause);
      this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE_MS);
    } finally {
      this.#probing = false;
    }
    this.#known.resolve();
  }

  #become(state: 'up' | 'down', detail: string): void {
    if (this.state === state) return;
    this.state = state;
    this.#options.changed(state, detail);
  }

  #later(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#probe(this.state !== 'up'), ms);
    this.#timer.unref();
  }
}
