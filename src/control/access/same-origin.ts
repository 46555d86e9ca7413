// Other sites cannot make a browser act in the name of who is signed in here: whatever changes something must come from
// our own pages, as the browser itself says.

/** Methods that change nothing (RFC 9110 9.2.1). */
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

export interface RequestOrigin {
  method: string;
  origin?: string | undefined;
  fetchSite?: string | undefined;
}

/** Whether a request that carries the cookie of a session may be carried out; `url` is `http.url`. */
export function mayUseSession({ method, origin, fetchSite }: RequestOrigin, url: string): boolean {
  if (SAFE.has(method)) return true;
  // Every browser says at least one of the two with a change; what says neither has no business with a cookie.
  return (origin !== undefined || fetchSite !== undefined) && comesFromUs({ origin, fetchSite }, url);
}

/**
 * Whether a request without a session, such as a sign-in, may be carried out: another site must not sign a browser in as
 * somebody else. What is no browser says nothing, and may.
 */
export function comesFromUs(
  { origin, fetchSite }: { origin?: string | undefined; fetchSite?: string | undefined },
  url: string,
): boolean {
  if (origin !== undefined && origin !== new URL(url).origin) return false;
  return fetchSite === undefined || fetchSite === 'same-origin';
}
