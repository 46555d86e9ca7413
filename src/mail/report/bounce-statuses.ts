// What the codes alone say (RFC 3463 and the registry that RFC 5248 began; RFC 5321 4.2): used where the text says
// nothing more certain.

import type { BounceRule } from './bounce-rules.ts';

type StatusMeaning = Omit<BounceRule, 'phrases'>;

const address: StatusMeaning = { class: 'invalid_address' };
const user: StatusMeaning = { class: 'invalid_address', gone: true };
const technical: StatusMeaning = { class: 'technical' };
const content: StatusMeaning = { class: 'content' };
const policy: StatusMeaning = { class: 'policy' };
const ours: StatusMeaning = { class: 'policy', responsible: 'customer' };
const authentication: StatusMeaning = { class: 'authentication' };
const volume: StatusMeaning = { class: 'volume', passes: true };
const mailbox: StatusMeaning = { class: 'mailbox_unavailable' };
const full: StatusMeaning = { class: 'mailbox_unavailable', passes: true };

/** By subject and detail: what the code names is itself the reason. */
export const EXACT_STATUSES: ReadonlyMap<string, StatusMeaning> = new Map([
  ['1.1', user],
  ['1.2', address],
  ['1.3', address],
  ['1.4', address],
  ['1.6', user],
  ['1.7', ours],
  ['1.8', ours],
  ['1.9', technical],
  ['1.10', address], // RFC 7505 4.2
  ['2.1', mailbox],
  ['2.2', full],
  ['2.3', ours],
  ['2.4', mailbox],
  ['3.1', technical],
  ['3.2', technical],
  ['3.3', technical],
  ['3.4', ours],
  ['3.5', technical],
  ['4.1', technical],
  ['4.2', technical],
  ['4.3', technical],
  ['4.4', technical],
  ['4.5', technical],
  ['4.6', technical],
  ['4.7', technical],
  ['4.8', technical],
  ['5.3', volume],
  ['6.2', policy],
  ['6.7', technical], // RFC 6531 3.2
  ['6.9', technical],
  ['7.2', policy],
  ['7.4', technical],
  ['7.5', technical],
  ['7.8', authentication],
  ['7.9', authentication],
  ['7.10', policy],
  ['7.11', authentication],
  ['7.12', authentication],
  ['7.13', { class: 'mailbox_unavailable', gone: true }], // RFC 5248 2.4: user account disabled
  ['7.14', authentication],
  ['7.17', user], // RFC 7293 14: the mailbox has another owner
  ['7.18', address],
  ['7.19', policy],
  ['7.20', authentication], // RFC 7372 3.1
  ['7.21', authentication],
  ['7.22', authentication],
  ['7.23', authentication], // RFC 7372 3.2
  ['7.24', authentication],
  ['7.25', { class: 'authentication', responsible: 'easymail' }], // RFC 7372 3.3
  ['7.26', authentication], // RFC 7372 3.4
  ['7.27', ours], // RFC 7505 4.2: the sender's domain takes no mail
  ['7.28', volume],
  ['7.29', authentication],
  ['7.30', policy], // RFC 8689 4.2.1
  ['7.509', authentication],
  ['7.515', authentication],
  ['7.606', { class: 'reputation' }],
]);

/** By subject alone (RFC 3463 3.2 to 3.8), the last resort among enhanced codes. */
export const STATUS_SUBJECTS: ReadonlyMap<string, StatusMeaning> = new Map([
  ['1', address],
  ['2', mailbox],
  ['3', technical],
  ['4', technical],
  ['5', technical],
  ['6', content],
  ['7', policy],
]);

/** By reply code, where there is no enhanced one. Many servers say 550 and 554 for anything. */
export const REPLY_CODES: ReadonlyMap<number, StatusMeaning> = new Map([
  [421, technical],
  [450, mailbox],
  [451, technical],
  [452, technical],
  [454, technical],
  [500, technical],
  [501, technical],
  [502, technical],
  [503, technical],
  [504, technical],
  [511, user],
  [521, address], // RFC 7504 3
  [525, mailbox],
  [530, policy],
  [535, authentication],
  [551, user],
  [552, full],
  [553, address],
  [556, address], // RFC 7504 4
]);
