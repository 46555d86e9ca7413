// What SPF asks of DNS, and how a domain's record is found (RFC 7208 4.4, 4.5).

import { isSpfRecord, parseSpfRecord, type SpfFault, type SpfRecord } from './record.ts';

/** What a look-up can say. `temporary`: a failure or a time-out, which says nothing about the name. */
export type SpfAnswer<T> =
  | { kind: 'found'; records: T[] }
  | { kind: 'none'; missing: 'domain' | 'record' }
  | { kind: 'temporary'; detail: string };

/** The look-ups of SPF. Names without a final dot. They never reject. A `Resolver` is one of these. */
export interface SpfDns {
  txt(name: string): Promise<SpfAnswer<string>>;
  a(name: string): Promise<SpfAnswer<string>>;
  aaaa(name: string): Promise<SpfAnswer<string>>;
  mx(name: string): Promise<SpfAnswer<{ preference: number; exchange: string }>>;
  ptr(ip: string): Promise<SpfAnswer<string>>;
}

/** What a domain publishes. */
export type PublishedSpf =
  | { kind: 'record'; text: string; record: SpfRecord }
  /** `void`: the look-up itself found nothing, as RFC 7208 4.6.4 counts. */
  | { kind: 'none'; void: boolean }
  | { kind: 'several'; texts: string[] }
  | { kind: 'faulty'; text: string; faults: SpfFault[] }
  | { kind: 'temporary'; detail: string };

/** Finds the record of a domain. Never rejects. */
export async function publishedSpf(dns: SpfDns, domain: string): Promise<PublishedSpf> {
  const answer = await dns.txt(domain);
  if (answer.kind === 'temporary') return answer;
  if (answer.kind === 'none') return { kind: 'none', void: true };
  const texts = answer.records.filter(isSpfRecord);
  const [text] = texts;
  if (text === undefined) return { kind: 'none', void: false };
  // RFC 7208 4.5: more than one record is an error for good.
  if (texts.length > 1) return { kind: 'several', texts };
  const record = parseSpfRecord(text);
  return 'faults' in record ? { kind: 'faulty', text, faults: record.faults } : { kind: 'record', text, record };
}

/** RFC 7208 4.3: a name with labels of 1 to 63 octets, more than one of them. */
export function isSpfDomain(name: string): boolean {
  const labels = (name.endsWith('.') ? name.slice(0, -1) : name).split('.');
  return labels.length > 1 && name.length <= 254 && labels.every((label) => label.length > 0 && label.length <= 63);
}
