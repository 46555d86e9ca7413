// Replies to the end of data that say what scanners found; part of the table in replies.ts.

import { entry, type ReplyEntry } from './reply-entry.ts';

export const repliesOfScanners = {
  virusFound: entry(550, '5.7.1', 'A virus was found in this message', {
    rfc: '3463 3.8',
    when: 'a virus scanner found one, and the setting `virus` is to refuse',
  }),
  tooLargeToScan: entry(552, '5.3.4', 'Message is too big to be checked for viruses', {
    rfc: '3463 3.4',
    when: 'the message, or what it unpacks to, is past the limits of the virus scanners, and `virus_oversize` is to refuse',
  }),
  encryptedRefused: entry(550, '5.7.1', 'Attachments that need a password are refused', {
    rfc: '3463 3.8',
    when: 'the virus scanner could not look into a part, and the setting `unreadable` is to refuse',
  }),
  spamRefused: entry(550, '5.7.1', 'This message looks like spam', {
    rfc: '3463 3.8',
    when: 'its score is past `spam_reject`, or a rule of the spam scanner refuses it',
  }),
} satisfies Record<string, ReplyEntry>;
