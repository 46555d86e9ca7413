// RFC 9422 from the client's side: the limits a server names behind the keyword LIMITS.

/** What one session may carry; a limit that was not named is absent. */
export interface ServerLimits {
  /** RFC 9422 4.1: transactions in one session. */
  mailMax?: number;
  /** RFC 9422 4.2: recipients in one transaction. */
  rcptMax?: number;
  /** RFC 9422 4.3: different domains of recipients in one session. */
  rcptDomainMax?: number;
}

const NAMES = { MAILMAX: 'mailMax', RCPTMAX: 'rcptMax', RCPTDOMAINMAX: 'rcptDomainMax' } as const;

/** RFC 9422 3: one to six digits, the first not zero. */
const VALUE = /^[1-9]\d{0,5}$/;

function isKnown(name: string): name is keyof typeof NAMES {
  return Object.hasOwn(NAMES, name);
}

/**
 * Reads the parameters behind LIMITS. What is not known, or has no proper value, is passed over (RFC 9422 3); of a limit
 * that is named twice the smaller counts.
 */
export function parseLimits(parameters: string): ServerLimits {
  const limits: ServerLimits = {};
  for (const word of parameters.split(/[ \t]+/)) {
    const equals = word.indexOf('=');
    const name = word.slice(0, Math.max(equals, 0)).toUpperCase();
    const value = word.slice(equals + 1);
    if (!isKnown(name) || !VALUE.test(value)) continue;
    const key = NAMES[name];
    limits[key] = Math.min(limits[key] ?? Number.POSITIVE_INFINITY, Number(value));
  }
  return limits;
}
