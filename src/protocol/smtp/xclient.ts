// The arguments of XCLIENT, as Postfix defined them (its XCLIENT howto): a test program says whom to take it for.

import { formatIp, parseIp } from '../ip/network.ts';
import { parseHello } from './command-line.ts';
import { decodeXtext } from './xtext.ts';

/** Attribute names, in the order in which they are offered. */
export const XCLIENT_ATTRIBUTES = ['NAME', 'ADDR', 'PORT', 'PROTO', 'HELO', 'LOGIN', 'DESTADDR', 'DESTPORT'] as const;
type AttributeName = (typeof XCLIENT_ATTRIBUTES)[number];

/** What was said; `null` where the other side does not know it ([UNAVAILABLE], [TEMPUNAVAIL]). */
export interface XclientAttributes {
  /** Host name of the client. */
  name?: string | null;
  /** Canonical text. */
  ip?: string | null;
  port?: number | null;
  protocol?: 'SMTP' | 'ESMTP' | null;
  helo?: string | null;
  login?: string | null;
  /** The end of the connection that the client chose. */
  destinationIp?: string | null;
  destinationPort?: number | null;
}

const UNKNOWN = /^\[(?:UNAVAILABLE|TEMPUNAVAIL)\]$/i;
const TEXT = /^[\x20-\x7e]{1,255}$/;
const HOST = /^[A-Za-z0-9_.-]{1,255}$/;

/** Reads the arguments; `undefined` where an attribute is unknown, comes twice or has a value that is none. */
export function parseXclient(rest: string): XclientAttributes | undefined {
  const attributes: XclientAttributes = {};
  const seen = new Set<string>();
  for (const word of rest.split(' ')) {
    if (word === '') continue;
    const equals = word.indexOf('=');
    const name = word.slice(0, Math.max(equals, 0)).toUpperCase();
    const value = decodeXtext(word.slice(equals + 1));
    if (!isAttribute(name) || value === undefined || seen.has(name)) return undefined;
    seen.add(name);
    if (!setAttribute(attributes, name, UNKNOWN.test(value) ? null : value)) return undefined;
  }
  return seen.size === 0 ? undefined : attributes;
}

function isAttribute(name: string): name is AttributeName {
  return (XCLIENT_ATTRIBUTES as readonly string[]).includes(name);
}

/** False where the value is none. */
function setAttribute(attributes: XclientAttributes, name: AttributeName, value: string | null): boolean {
  switch (name) {
    case 'NAME':
      return put(attributes, 'name', value, (text) => (HOST.test(text) ? text : undefined));
    case 'ADDR':
      return put(attributes, 'ip', value, addressOf);
    case 'PORT':
      return put(attributes, 'port', value, portOf);
    case 'PROTO':
      return put(attributes, 'protocol', value, protocolOf);
    case 'HELO':
      return put(attributes, 'helo', value, parseHello);
    case 'LOGIN':
      return put(attributes, 'login', value, (text) => (TEXT.test(text) ? text : undefined));
    case 'DESTADDR':
      return put(attributes, 'destinationIp', value, addressOf);
    case 'DESTPORT':
      return put(attributes, 'destinationPort', value, portOf);
    default:
      return name satisfies never;
  }
}

function put<K extends keyof XclientAttributes>(
  attributes: XclientAttributes,
  key: K,
  text: string | null,
  read: (text: string) => NonNullable<XclientAttributes[K]> | undefined,
): boolean {
  const value = text === null ? null : read(text);
  if (value === undefined) return false;
  attributes[key] = value;
  return true;
}

/** An IPv6 address may have `IPv6:` before it, in any case. */
function addressOf(text: string): string | undefined {
  const ip = parseIp(text.replace(/^ipv6:/i, ''));
  return ip === undefined ? undefined : formatIp(ip);
}

function portOf(text: string): number | undefined {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined;
}

function protocolOf(text: string): 'SMTP' | 'ESMTP' | undefined {
  const upper = text.toUpperCase();
  return upper === 'SMTP' || upper === 'ESMTP' ? upper : undefined;
}
