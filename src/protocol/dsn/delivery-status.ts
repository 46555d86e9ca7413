// RFC 3464 2.1, RFC 6533 4: the fields for machines of a delivery status notification, also where a server wrote them
// into a text.

import { addressesIn } from './addresses-in-text.ts';
import { type Diagnosis, diagnose, oneLine } from './diagnosis.ts';
import type { ReportAction, ReportedRecipient } from './report.ts';

export interface DeliveryStatus {
  reportingMta?: string;
  envelopeId?: string;
  recipients: ReportedRecipient[];
}

type Fields = Map<string, string>;

const MOST_RECIPIENTS = 1000;
const LONGEST_FIELD = 4000;
const FIELD = /^([A-Za-z][A-Za-z0-9-]{1,60})[ \t]*:(.*)$/s;

/** Reads the groups of fields. No recipient: it was no delivery status. */
export function readDeliveryStatus(text: string): DeliveryStatus {
  const status: DeliveryStatus = { recipients: [] };
  for (const fields of groupsOf(text)) {
    const mta = fields.get('reporting-mta');
    if (mta !== undefined) status.reportingMta ??= withoutType(mta);
    const envelope = fields.get('original-envelope-id');
    if (envelope !== undefined) status.envelopeId ??= readXtext(envelope);
    const recipient = recipientOf(fields);
    if (recipient !== undefined && status.recipients.length < MOST_RECIPIENTS) status.recipients.push(recipient);
  }
  return status;
}

/** Groups end at an empty line, and where a recipient begins although none ended. */
function groupsOf(text: string): Fields[] {
  const groups: Fields[] = [];
  let open: Fields = new Map();
  let last = '';
  const finish = () => {
    if (open.size > 0) groups.push(open);
    open = new Map();
    last = '';
  };
  for (const line of text.split('\n')) {
    const [, name, value] = FIELD.exec(line.slice(0, LONGEST_FIELD)) ?? [];
    const key = name?.toLowerCase() ?? '';
    if (line.trim() === '') {
      finish();
    } else if (name !== undefined && value !== undefined && !/^[ \t]/.test(line)) {
      if (open.has(key) && (key === 'final-recipient' || key === 'original-recipient')) finish();
      if (!open.has(key)) open.set(key, value.trim());
      last = key;
    } else if (last !== '') {
      // Folded (RFC 5322 2.2.3), or a line that should have been.
      const before = open.get(last) ?? '';
      if (before.length < LONGEST_FIELD) open.set(last, `${before} ${line.trim()}`.slice(0, LONGEST_FIELD));
    }
  }
  finish();
  return groups;
}

function recipientOf(fields: Fields): ReportedRecipient | undefined {
  const final = addressOf(fields.get('final-recipient'));
  const original = addressOf(fields.get('original-recipient'));
  const given = fields.get('status') ?? '';
  const action = actionOf(fields.get('action'), given);
  if ((final ?? original) === undefined && action === undefined) return undefined;
  const text = unwrapped(oneLine(withoutType(fields.get('diagnostic-code') ?? '')));
  const said: Diagnosis = diagnose(text);
  const remote = fields.get('remote-mta');
  const status = precise(diagnose(given).status, said.status);
  return {
    action: action ?? 'failed',
    ...(final !== undefined && { final }),
    ...(original !== undefined && { original }),
    ...(status !== undefined && { status }),
    ...(said.code !== undefined && { code: said.code }),
    ...(text !== '' && { diagnostic: text }),
    ...(said.stage !== undefined && { stage: said.stage }),
    ...(remote !== undefined && { remoteMta: withoutType(remote).slice(0, 255) }),
  };
}

/** Cisco's gateways put words of their own around the reply: `5.1.0 - Unknown address error 550-'5.7.1 Access denied'`. */
function unwrapped(text: string): string {
  const [, code, reply] = /^[245]\.\d{1,3}\.\d{1,3} - [^']{3,80} (\d{3})-'([^']{3,900})'/.exec(text) ?? [];
  return code === undefined || reply === undefined ? text : `${code} ${reply}`;
}

/** `5.0.0` says no more than a code does; the remote's own words may. */
function precise(given: string | undefined, said: string | undefined): string | undefined {
  if (given === undefined || (said !== undefined && /^[45]\.0\.0$/.test(given))) return said;
  return given;
}

const ACTIONS: readonly ReportAction[] = ['failed', 'delayed', 'delivered', 'relayed', 'expanded'];

/** RFC 3464 2.3.3; many write other words, or nothing, and mean a failure. */
function actionOf(text: string | undefined, status: string): ReportAction | undefined {
  const word = /[a-z]+/.exec(text?.toLowerCase() ?? '')?.[0];
  const action = ACTIONS.find((one) => one === word);
  if (action !== undefined) return action;
  if (word?.startsWith('delay') === true) return 'delayed';
  if (word?.startsWith('deliver') === true) return 'delivered';
  if (word !== undefined) return 'failed';
  return /^\s*[45]\./.test(status) ? 'failed' : undefined;
}

/** RFC 3464 2.3.2: `rfc822; a@b`; a server's own type, or none, is read likewise. */
function addressOf(field: string | undefined): string | undefined {
  if (field === undefined) return undefined;
  const text = readUtf8Address(withoutType(field)).trim();
  const found = addressesIn(text, 1)[0]?.address;
  const bare = text.replaceAll(/[<>"\s]/g, '').slice(0, 320);
  return found ?? (bare === '' ? undefined : bare);
}

function withoutType(field: string): string {
  const mark = field.indexOf(';');
  return (mark >= 0 && /^[\w\s/-]{1,40}$/.test(field.slice(0, mark)) ? field.slice(mark + 1) : field).trim();
}

/** RFC 3461 4: `+3D` is "=". What others wrote is read as far as it goes; `smtp/xtext.ts` is strict. */
function readXtext(text: string): string {
  return text.replaceAll(/\+([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** RFC 6533 3: `\x{e9}` is "é". */
function readUtf8Address(text: string): string {
  return text.replaceAll(/\\x\{([0-9A-Fa-f]{1,6})\}/g, (whole: string, hex: string) => {
    const point = Number.parseInt(hex, 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}
