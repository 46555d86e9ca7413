// Notices that a sending service posts as JSON in a mail, as Amazon SES does over SNS: bounce, complaint, delivery.

import { diagnose, oneLine } from './diagnosis.ts';
import type { Complaint, ReportAction, ReportedRecipient } from './report.ts';

export interface JsonNotice {
  recipients: ReportedRecipient[];
  complaint?: Complaint;
  messageId?: string;
}

const MOST_RECIPIENTS = 1000;

/** Reads one; nothing where the text is no such notice. */
export function readJsonNotice(text: string): JsonNotice | undefined {
  const start = text.trimStart();
  if (!start.startsWith('{')) return undefined;
  let notice: Json = parsed(start);
  // SNS wraps the notice as text.
  if (typeof at(notice, 'Message') === 'string') notice = parsed(String(at(notice, 'Message')));
  const recipients = [
    ...listOf(at(notice, 'bounce', 'bouncedRecipients')).flatMap((one) => bounced(one, notice)),
    ...listOf(at(notice, 'delivery', 'recipients')).flatMap((one) => delivered(one, notice)),
  ].slice(0, MOST_RECIPIENTS);
  const complained = listOf(at(notice, 'complaint', 'complainedRecipients'));
  if (recipients.length === 0 && complained.length === 0) return undefined;
  const header = listOf(at(notice, 'mail', 'headers')).find((one) =>
    /^message-id$/i.test(text1(at(one, 'name')) ?? ''),
  );
  const messageId = text1(at(header, 'value'))?.replaceAll(/[<>\s]/g, '');
  return {
    recipients,
    ...(complained.length > 0 && { complaint: complaintOf(notice, complained) }),
    ...(messageId !== undefined && messageId !== '' && { messageId }),
  };
}

type Json = unknown;

function parsed(text: string): Json {
  try {
    return JSON.parse(cut(text)) as Json;
  } catch {
    return undefined; // not JSON: it is some other mail
  }
}

/** Subscription hints stand below the JSON, behind a line of dashes. */
function cut(text: string): string {
  const end = text.indexOf('\n--\n');
  return end < 0 ? text : text.slice(0, end);
}

function at(value: Json, ...path: string[]): Json {
  let found = value;
  for (const key of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined;
    found = (found as Record<string, Json>)[key];
  }
  return found;
}

function listOf(value: Json): Json[] {
  return Array.isArray(value) ? value : [];
}

function text1(value: Json): string | undefined {
  return typeof value === 'string' ? value.slice(0, 2000) : undefined;
}

function bounced(one: Json, notice: Json): ReportedRecipient[] {
  const final = text1(at(one, 'emailAddress'));
  if (final === undefined) return [];
  const diagnostic = oneLine((text1(at(one, 'diagnosticCode')) ?? '').replace(/^\w+;\s*/, ''));
  const words = oneLine(
    `${text1(at(notice, 'bounce', 'bounceType')) ?? ''} ${text1(at(notice, 'bounce', 'bounceSubType')) ?? ''}`,
  );
  const said = diagnose(diagnostic);
  const status = text1(at(one, 'status')) ?? said.status;
  return [
    {
      final,
      action: text1(at(one, 'action')) === 'delayed' ? 'delayed' : 'failed',
      ...said,
      ...(status !== undefined && { status }),
      ...(diagnostic !== '' && { diagnostic }),
      ...(words !== '' && { words }),
    },
  ];
}

function delivered(one: Json, notice: Json): ReportedRecipient[] {
  const final = text1(one);
  const action: ReportAction = 'delivered';
  const diagnostic = text1(at(notice, 'delivery', 'smtpResponse'));
  return final === undefined ? [] : [{ final, action, ...(diagnostic !== undefined && { diagnostic }) }];
}

function complaintOf(notice: Json, complained: Json[]): Complaint {
  const userAgent = text1(at(notice, 'complaint', 'userAgent'));
  return {
    type: text1(at(notice, 'complaint', 'complaintFeedbackType')) ?? 'abuse',
    recipients: complained.flatMap((one) => text1(at(one, 'emailAddress')) ?? []).slice(0, MOST_RECIPIENTS),
    reportedDomains: [],
    incidents: 1,
    ...(userAgent !== undefined && { userAgent }),
  };
}
