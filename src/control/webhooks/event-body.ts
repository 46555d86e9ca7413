// The body of a webhook: one JSON text of less than 20 kB, whatever the event holds.

import type { Data } from './message-payload.ts';

/** Standard Webhooks 1.0: bodies should be smaller than 20 kB. */
const MOST_OCTETS = 20_000;
/** Where a body would be larger, texts and lists are cut to these lengths, one step after the other. */
const CUTS: readonly { text: number; list: number }[] = [
  { text: 1000, list: 100 },
  { text: 300, list: 30 },
  { text: 100, list: 5 },
];
/** Fields of control events that name things and nobody; all that a thin body has. */
const THIN_FIELDS = new Set([
  'customer',
  'domain',
  'host',
  'network',
  'pool',
  'ip',
  'link',
  'suspension',
  'request',
  'kind',
  'webhook',
  'old_status',
  'new_status',
  'old_state',
  'state',
]);

/** What is told. */
export interface ToldEvent {
  id: string;
  type: string;
  /** When it happened, milliseconds since 1970. */
  at: number;
  customer: string | null;
  data: Data;
}

/** The body. Texts that were cut end with `…`, and `data.truncated` is true then. */
export function eventBody(event: ToldEvent): Uint8Array {
  const time = new Date(event.at).toISOString();
  const encode = (data: Data) =>
    Buffer.from(
      JSON.stringify({
        id: event.id,
        type: event.type,
        spec_version: '1',
        timestamp: time,
        occurred_at: time,
        customer_id: event.customer,
        data,
      }),
    );
  let body = encode(event.data);
  for (const cut of CUTS) {
    if (body.length < MOST_OCTETS) return body;
    body = encode({ ...(shortened(event.data, cut) as Data), truncated: true });
  }
  return body.length < MOST_OCTETS ? body : encode({ truncated: true });
}

/** What a thin body says of an event of the control plane. */
export function thinControlData(data: Data): Data {
  return Object.fromEntries(Object.entries(data).filter(([field, value]) => THIN_FIELDS.has(field) && isPlain(value)));
}

function isPlain(value: unknown): boolean {
  return typeof value !== 'object' || value === null;
}

function shortened(value: unknown, cut: { text: number; list: number }): unknown {
  if (typeof value === 'string')
    return value.length > cut.text ? `${value.slice(0, cut.text - 1).toWellFormed()}…` : value;
  if (Array.isArray(value)) return value.slice(0, cut.list).map((one) => shortened(one, cut));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, cut.list)
      .map(([field, one]) => [field.slice(0, cut.text), shortened(one, cut)]),
  );
}
