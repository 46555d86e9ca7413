// What rspamd says of a message (/checkv2), read strictly: an answer that is not understood is none.

/** A rule of rspamd that the message met. */
export interface SpamSymbol {
  name: string;
  score: number;
}

export interface SpamScore {
  score: number;
  /** What rspamd itself would do: `no action`, `greylist`, `add header`, `rewrite subject`, `soft reject`, `reject` … */
  action: string;
  /** The action was set by a rule and does not follow from the score (GTUBE, a forced action). */
  forced: boolean;
  /** Symbols, the weightiest first. */
  symbols: readonly SpamSymbol[];
}

/** Symbols kept of one message. */
const SYMBOLS_MAX = 60;

interface RawAnswer {
  score?: unknown;
  required_score?: unknown;
  action?: unknown;
  is_skipped?: unknown;
  symbols?: unknown;
}

/** Reads the body of an answer; nothing where it is not one. */
export function readRspamdAnswer(body: Uint8Array): SpamScore | undefined {
  const raw = parse(body);
  if (raw === undefined) return undefined;
  const { score, required_score: required, action, is_skipped: skipped } = raw;
  if (!isNumber(score) || !isNumber(required) || typeof action !== 'string') return undefined;
  const symbols = readSymbols(raw.symbols);
  if (symbols === undefined) return undefined;
  const rejectsByScore = score >= required && skipped !== true;
  const isForced = action === 'reject' ? !rejectsByScore : action === 'soft reject' || action === 'discard';
  return { score, action: action.slice(0, 40), forced: isForced, symbols };
}

function parse(body: Uint8Array): RawAnswer | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8'));
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function readSymbols(value: unknown): SpamSymbol[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const symbols: SpamSymbol[] = [];
  for (const [name, symbol] of Object.entries(value as Record<string, { score?: unknown } | null>)) {
    if (!/^[A-Za-z0-9_:.-]{1,80}$/.test(name)) continue;
    const score = symbol?.score;
    symbols.push({ name, score: isNumber(score) ? score : 0 });
  }
  return symbols.sort((a, b) => Math.abs(b.score) - Math.abs(a.score)).slice(0, SYMBOLS_MAX);
}
