// How many requests a caller may make: a bucket for each, filled evenly, told in the header fields of
// draft-ietf-httpapi-ratelimit-headers-10.

import type { Clock } from '../../platform/clock.ts';

export interface RateLimitOptions {
  /** Name of the policy, as the header fields say it. */
  name: string;
  /** Requests a minute; so many may come at once. */
  perMinute: number;
  clock: Pick<Clock, 'monotonic'>;
}

/** What one request is told. */
export interface RateVerdict {
  allowed: boolean;
  /** Seconds until the next request is allowed; 0 where it is now. */
  retryAfter: number;
  headers: { 'ratelimit-policy': string; ratelimit: string };
}

export interface RateLimit {
  /** Takes one request from the bucket of this key. */
  take(key: string): RateVerdict;
}

/** Keys remembered: those that were not heard of for longest go first, which gives them a full bucket. */
const KEYS = 50_000;
const MINUTE_MS = 60_000;

/** Makes the buckets. */
export function createRateLimit({ name, perMinute, clock }: RateLimitOptions): RateLimit {
  const buckets = new Map<string, { left: number; at: number }>();
  const perMs = perMinute / MINUTE_MS;
  const policy = `"${name}";q=${perMinute};w=60`;
  const verdict = (left: number, allowed: boolean): RateVerdict => ({
    allowed,
    retryAfter: allowed ? 0 : Math.max(1, Math.ceil((1 - left) / perMs / 1000)),
    headers: {
      'ratelimit-policy': policy,
      ratelimit: `"${name}";r=${Math.floor(left)};t=${Math.ceil((perMinute - left) / perMs / 1000)}`,
    },
  });
  return {
    take(key) {
      const now = clock.monotonic();
      const known = buckets.get(key);
      const filled = known === undefined ? perMinute : Math.min(perMinute, known.left + (now - known.at) * perMs);
      const allowed = filled >= 1;
      const left = allowed ? filled - 1 : filled;
      // Set anew, so that the order of the map is that of use.
      buckets.delete(key);
      buckets.set(key, { left, at: now });
      const [oldest] = buckets.keys();
      if (buckets.size > KEYS && oldest !== undefined) buckets.delete(oldest);
      return verdict(left, allowed);
    },
  };
}
