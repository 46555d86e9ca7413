// Value types of the configuration: durations and sizes are written with their unit, and read into milliseconds and
// octets.

import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { z } from 'zod';

const DURATION_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const SIZE_OCTETS: Readonly<Record<string, number>> = { B: 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 };

function withUnit(units: Readonly<Record<string, number>>, what: string, example: string) {
  const pattern = new RegExp(`^(\\d+(?:\\.\\d+)?)\\s*(${Object.keys(units).join('|')})$`);
  const allowed = `must be ${what} such as "${example}"`;
  return z.string(allowed).transform((text, context) => {
    const match = pattern.exec(text.trim());
    const unit = units[match?.[2] ?? ''];
    if (match === null || unit === undefined) {
      context.addIssue({ code: 'custom', message: allowed });
      return z.NEVER;
    }
    return Math.round(Number(match[1]) * unit);
  });
}

/** A span of time such as `90s`, `5m`, `4h`, `5d`; read as milliseconds. */
export const duration = withUnit(DURATION_MS, 'a time with its unit (ms, s, m, h, d)', '5m');

/** A size such as `64KB` or `50MB` (powers of 1024); read as octets. */
export const size = withUnit(SIZE_OCTETS, 'a size with its unit (B, KB, MB, GB)', '50MB');

/** `host:port`, `1.2.3.4:25` or `[2001:db8::1]:25`. */
export interface Endpoint {
  host: string;
  port: number;
}

/** An address with its port, as it is written in the configuration: an IPv6 address in brackets. */
export function endpointText({ host, port }: Endpoint): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

const ENDPOINT = 'must be an address and a port such as "127.0.0.1:25" or "[::1]:25"';

/** An address to listen on or to connect to, with its port. */
export const endpoint = z.string(ENDPOINT).transform((text, context): Endpoint => {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:[\]]+)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  const host = match?.[1] ?? match?.[2];
  if (host === undefined || !(port >= 0 && port <= 65_535)) {
    context.addIssue({ code: 'custom', message: ENDPOINT });
    return z.NEVER;
  }
  return { host, port };
});

const PATTERN = 'must be a domain such as "example.lu", "*.example.lu" for every name below it, or "*" for all';
const LDH_DOMAIN = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/;

/** `example.lu`, `*.example.lu` or `*`; read as lower-case A-labels, in which domains are looked up. */
export const domainPattern = z.string(PATTERN).transform((text, context) => {
  const [, below = '', name = ''] = /^(\*\.)?(.*)$/s.exec(text) ?? [];
  // RFC 5890: what is written in letters of other scripts is sent as A-labels.
  const domain = /[^\0-\x7f]/.test(name) ? domainToASCII(name) : name.toLowerCase();
  if (text === '*' || LDH_DOMAIN.test(domain)) return text === '*' ? text : below + domain;
  context.addIssue({ code: 'custom', message: PATTERN });
  return z.NEVER;
});

/** An address or a network such as `10.0.0.0/8`, as text. */
export const network = z.string().refine((text) => {
  const [address = '', prefix, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || address.includes('%') || rest.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 6 ? 128 : 32));
}, 'must be an address or a network such as "10.0.0.0/8" or "2001:db8::1"');
