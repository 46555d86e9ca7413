// A zone in memory as the SPF suite writes it: names, each with a list of records, or TIMEOUT.

import type { SpfAnswer, SpfDns } from '../spf-dns.ts';

export type Zone = Record<string, ('TIMEOUT' | Record<string, unknown>)[]>;

/** Answers from the zone; SPF records are TXT records unless the name has TXT records of its own. */
export function zoneDns(zone: Zone): SpfDns {
  const names = new Map(Object.entries(zone).map(([name, records]) => [name.toLowerCase(), records]));

  function look<T>(name: string, type: string, read: (value: unknown) => T, depth = 0): SpfAnswer<T> {
    const records = names.get(name.toLowerCase());
    if (records === undefined) return { kind: 'none', missing: 'domain' };
    const typed = records.filter((record): record is Record<string, unknown> => typeof record === 'object');
    const alias = typed.find((record) => 'CNAME' in record)?.['CNAME'];
    if (typeof alias === 'string' && depth < 8) return look(alias, type, read, depth + 1);
    const found = typed.filter((record) => type in record).map((record) => record[type]);
    const values = found.filter((value) => value !== 'NONE').map(read);
    if (values.length > 0) return { kind: 'found', records: values };
    if (found.length === 0 && type === 'TXT') return spfRecords(typed, records, read);
    if (records.includes('TIMEOUT')) return { kind: 'temporary', detail: 'time-out' };
    return { kind: 'none', missing: 'record' };
  }

  function spfRecords<T>(
    typed: readonly Record<string, unknown>[],
    records: readonly unknown[],
    read: (value: unknown) => T,
  ): SpfAnswer<T> {
    const values = typed.filter((record) => 'SPF' in record).map((record) => read(record['SPF']));
    if (values.length > 0) return { kind: 'found', records: values };
    if (records.includes('TIMEOUT')) return { kind: 'temporary', detail: 'time-out' };
    return { kind: 'none', missing: 'record' };
  }

  const text = (value: unknown) => (Array.isArray(value) ? value.join('') : String(value));
  return {
    txt: async (name) => look(name, 'TXT', text),
    a: async (name) => look(name, 'A', text),
    aaaa: async (name) => look(name, 'AAAA', text),
    mx: async (name) =>
      look(name, 'MX', (value) => {
        const [preference, exchange] = value as [number, string];
        return { preference, exchange };
      }),
    ptr: async (ip) => look(reverse(ip), 'PTR', text),
  };
}

function reverse(ip: string): string {
  if (!ip.includes(':')) return `${ip.split('.').toReversed().join('.')}.in-addr.arpa`;
  const [head = '', tail = ''] = ip.split('::');
  const left = head.split(':').filter(Boolean);
  const right = tail.split(':').filter(Boolean);
  const groups = [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right];
  const digits = groups.map((group) => group.padStart(4, '0')).join('');
  return `${digits.split('').toReversed().join('.')}.ip6.arpa`;
}
