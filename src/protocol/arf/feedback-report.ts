// RFC 5965, RFC 6591: feedback reports, by which receivers tell that a user complained, or that authentication failed.

import { addressesIn } from '../dsn/addresses-in-text.ts';
import type { Complaint } from '../dsn/report.ts';

const FIELD = /^([A-Za-z][A-Za-z0-9-]{1,60})[ \t]*:(.*)$/s;
const MOST_VALUES = 1000;
const LONGEST_VALUE = 2000;

/** Reads the fields of a `message/feedback-report` part. Nothing where they say no type (RFC 5965 3.1). */
export function readFeedbackReport(text: string): Complaint | undefined {
  const fields = fieldsOf(text);
  const first = (name: string) => fields.get(name)?.[0];
  const type = first('feedback-type')?.toLowerCase();
  if (type === undefined || type === '') return undefined;
  const userAgent = first('user-agent');
  const sender = first('original-mail-from');
  const sourceIp = first('source-ip');
  const arrivalDate = first('arrival-date') ?? first('received-date');
  const authFailure = first('auth-failure')?.toLowerCase();
  const incidents = Number.parseInt(first('incidents') ?? '1', 10);
  return {
    type,
    recipients: (fields.get('original-rcpt-to') ?? []).flatMap((value) => {
      const found = addressesIn(value, 1)[0];
      return found === undefined ? [] : [found.address];
    }),
    reportedDomains: (fields.get('reported-domain') ?? []).map((value) => value.toLowerCase()),
    incidents: Number.isSafeInteger(incidents) && incidents > 0 ? incidents : 1,
    ...(userAgent !== undefined && { userAgent }),
    ...(sender !== undefined && {
      originalMailFrom: addressesIn(sender, 1)[0]?.address ?? sender.replaceAll(/[<>\s]/g, ''),
    }),
    ...(sourceIp !== undefined && { sourceIp }),
    ...(arrivalDate !== undefined && { arrivalDate }),
    ...(authFailure !== undefined && { authFailure }),
  };
}

function fieldsOf(text: string): Map<string, string[]> {
  const fields = new Map<string, string[]>();
  let open: string[] | undefined;
  let values = 0;
  for (const line of text.split('\n')) {
    const [, name, value] = FIELD.exec(line.slice(0, LONGEST_VALUE)) ?? [];
    if (/^[ \t]/.test(line) && open !== undefined) {
      const before = open.pop() ?? '';
      open.push(before.length < LONGEST_VALUE ? `${before} ${line.trim()}`.slice(0, LONGEST_VALUE) : before);
    } else if (name !== undefined && value !== undefined && values++ < MOST_VALUES) {
      const key = name.toLowerCase();
      open = fields.get(key) ?? [];
      open.push(value.trim());
      fields.set(key, open);
    }
  }
  return fields;
}
