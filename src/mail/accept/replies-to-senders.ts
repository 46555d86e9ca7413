// Replies to customers whose sender has left its habits; part of the table in replies.ts.

import { entry, type ReplyEntry } from './reply-entry.ts';

export const repliesToSenders = {
  senderSlowed: entry(450, '4.7.1', 'Too much unusual mail from this sender for now, try later', {
    rfc: '3463 3.8',
    when: 'the sender, login or source left its habits and is slowed down; your server tries again by itself (docs/senders.md)',
  }),
  senderLockedForNow: entry(450, '4.7.1', 'This sender is locked for now, try later', {
    rfc: '3463 3.8',
    when: 'the sender left its habits by far and is locked for a while; its mail goes on after it (docs/senders.md)',
  }),
  senderLocked: entry(550, '5.7.1', 'This sender is locked, please ask your administrator', {
    rfc: '3463 3.8',
    when: 'the sender is locked until somebody has looked at it (docs/senders.md)',
  }),
} satisfies Record<string, ReplyEntry>;
