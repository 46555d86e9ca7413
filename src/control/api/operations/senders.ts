// Operations about senders of customers that left their habits, in the order of the documentation.

import { listLimitedSenders } from './senders/list-limited-senders.ts';
import { listToleratedSenders } from './senders/list-tolerated-senders.ts';
import { lockSender } from './senders/lock-sender.ts';
import { showSender } from './senders/show-sender.ts';
import { tolerateSender } from './senders/tolerate-sender.ts';
import { unlockSender } from './senders/unlock-sender.ts';

export const senderOperations = [
  listLimitedSenders,
  listToleratedSenders,
  showSender,
  lockSender,
  unlockSender,
  tolerateSender,
];
