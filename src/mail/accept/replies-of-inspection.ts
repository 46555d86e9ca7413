// Replies to the end of data that say what became of the content; part of the table in replies.ts.

import { entry, type ReplyEntry } from './reply-entry.ts';

export const repliesOfInspection = {
  senderBlocked: entry(550, '5.7.1', 'Mail from this sender is not taken here', {
    rfc: '3463 3.8',
    when: 'the sender of the envelope or of From is on a list of blocked senders (docs/protection.md)',
  }),
  contentRefused: entry(550, '5.7.1', 'Content refused', { rfc: '3463 3.8', when: 'the inspection refused it' }),
  contentAmbiguous: entry(550, '5.6.0', 'Content can be read in two ways, send it anew from another program', {
    rfc: '3463 3.7',
    when: 'boundaries, headers, encodings or file names that mail programs read differently, and the setting `ambiguous` is `reject`',
  }),
  contentPastLimits: entry(550, '5.6.0', 'Content has too many parts, levels or unpacked data', {
    rfc: '3463 3.7',
    when: 'the content is past the limits of what is looked into, and the setting `ambiguous` is `reject`',
  }),
  contentUnopened: entry(550, '5.6.0', 'Content holds an archive that is broken or of an unknown kind, pack it anew', {
    rfc: '3463 3.7',
    when: 'an archive that is cut, broken or packed in a way that neither Easymail nor virus scanners know, and the setting `ambiguous` is `reject`',
  }),
  contentUnreadable: entry(550, '5.7.1', 'Content holds a file that cannot be looked into', {
    rfc: '3463 3.8',
    when: 'an encrypted archive, or one of a kind that only virus scanners look into, and the setting `unreadable` is `reject`',
  }),
  inspectLater: entry(451, '4.7.1', 'Content cannot be checked now, try later', {
    rfc: '3463 3.8',
    when: 'a scanner is down, DNS where a refusal depends on it, or the content ended the process that took it apart',
  }),
} satisfies Record<string, ReplyEntry>;
