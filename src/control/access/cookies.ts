// The two cookies: the session, and the mark by which a browser is known again.

/** As browsers hold to it: `__Host-` is only taken over https, for this host alone, without a domain. */
interface CookieNames {
  session: string;
  device: string;
  secure: boolean;
}

const DEVICE_SECONDS = 365 * 86_400;
/** What `randomToken` makes. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

function namesFor(url: string): CookieNames {
  const secure = url.startsWith('https://');
  const prefix = secure ? '__Host-' : '';
  return { session: `${prefix}easymail-session`, device: `${prefix}easymail-device`, secure };
}

/** The tokens in a `Cookie` field; `url` is `http.url`. A name that comes twice is no cookie of ours: both are left out. */
export function readCookies(field: string | undefined, url: string): { session?: string; device?: string } {
  if (field === undefined) return {};
  const names = namesFor(url);
  const session = only(field, names.session);
  const device = only(field, names.device);
  return { ...(session !== undefined && { session }), ...(device !== undefined && { device }) };
}

function only(field: string, name: string): string | undefined {
  const values = field
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part.startsWith(`${name}=`))
    .map((part) => part.slice(name.length + 1));
  const [value] = values;
  return values.length === 1 && value !== undefined && TOKEN.test(value) ? value : undefined;
}

/** `Set-Cookie` for a session: gone with the browser, or earlier. */
export function sessionCookie(token: string, url: string): string {
  const { session, secure } = namesFor(url);
  return `${session}=${token}; ${attributes(secure)}`;
}

/** `Set-Cookie` that takes the session away. */
export function noSessionCookie(url: string): string {
  const { session, secure } = namesFor(url);
  return `${session}=; ${attributes(secure)}; Max-Age=0`;
}

/** `Set-Cookie` by which the browser is known again. */
export function deviceCookie(token: string, url: string): string {
  const { device, secure } = namesFor(url);
  return `${device}=${token}; ${attributes(secure)}; Max-Age=${DEVICE_SECONDS}`;
}

/** Never read by scripts, never sent from another site: the portal's own requests are all that need it. */
function attributes(secure: boolean): string {
  return `Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
}
