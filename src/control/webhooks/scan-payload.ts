// Events `scan.*` of a message: what checks found, read off the event that the message was accepted or refused by.

import type { InspectionNote } from '../../mail/message.ts';
import type { MailEvent } from '../../mail/report/events.ts';

type Data = Record<string, unknown>;

const SCAN_TYPES = ['scan.virus_found', 'scan.spam_detected', 'scan.policy_matched'] as const;
export type ScanEventType = (typeof SCAN_TYPES)[number];

/** Those that the event tells besides its own type. */
export function scanTypes(event: MailEvent): ScanEventType[] {
  const notes = notesOf(event);
  return SCAN_TYPES.filter((type) => notes.some((note) => isAbout(note, type)));
}

export function isScanType(type: string): type is ScanEventType {
  return SCAN_TYPES.some((one) => one === type);
}

/** What the checks said that the type is about, and what became of the message. */
export function scanData(event: MailEvent, type: ScanEventType): Data {
  const notes = notesOf(event).filter((note) => isAbout(note, type));
  return {
    outcome: event.type === 'message.rejected' ? outcomeOf(event.code) : 'accepted',
    checks: notes.map(({ check, result, verdict, details }) => ({ ...details, check, result, verdict })),
  };
}

/** RFC 5321 4.2.1: refused for good, or for now. */
function outcomeOf(code: number): string {
  return code >= 500 ? 'rejected' : 'deferred';
}

function notesOf(event: MailEvent): readonly InspectionNote[] {
  if (event.type === 'message.accepted') return event.meta.inspection ?? [];
  return (event.type === 'message.rejected' && event.inspection) || [];
}

function isAbout({ result, details }: InspectionNote, type: ScanEventType): boolean {
  switch (type) {
    case 'scan.virus_found':
      return result === 'virus';
    case 'scan.spam_detected':
      return result === 'spam';
    case 'scan.policy_matched':
      return details?.['rules'] !== undefined;
    default:
      return type satisfies never;
  }
}
