// Sets of rules for what most want: taken over as they are, then changed like any other.

import type { PartTrait } from '../../mail/inspect/content/taken-apart.ts';
import type { RuleFields } from './rule-schema.ts';

export type ReadyMadeName = 'dangerous-attachments' | 'macros-from-outside' | 'personal-data-leaving';

export interface ReadyMadeSet {
  /** In words, for people. */
  title: string;
  describes: string;
  rules: Omit<RuleFields, 'enabled'>[];
}

const traits = (...has: PartTrait[]) => ({ on: 'attachment' as const, has });

export const READY_MADE: Readonly<Record<ReadyMadeName, ReadyMadeSet>> = {
  'dangerous-attachments': {
    title: 'Dangerous attachments',
    describes:
      'Programs, scripts and shortcuts are refused, by what they are and by their names, in archives too. Archives and documents with a password (but PDF), and what hides what it is, wait in quarantine.',
    rules: [
      {
        name: 'Programs and scripts',
        conditions: [traits('executable', 'script')],
        actions: [{ do: 'reject' }],
        last: false,
      },
      {
        // Pay slips and statements are PDFs with a password; these cannot start anything. What S/MIME and OpenPGP encrypt is
        // between two people who agreed upon it: the setting `unreadable` says what becomes of that too.
        name: 'Archives and documents with a password',
        conditions: [
          traits('encrypted'),
          {
            on: 'attachment-type',
            not: true,
            in: ['application/pdf', 'application/pkcs7-mime', 'application/pgp-encrypted'],
          },
        ],
        actions: [{ do: 'quarantine', note: 'What needs a password cannot be looked into.' }],
        last: false,
      },
      {
        name: 'Disk images, tricks with names and paths, bombs',
        conditions: [traits('disk-image', 'path-trick', 'name-trick', 'bomb', 'too-deep')],
        actions: [{ do: 'quarantine', note: 'An attachment hides what it is, or cannot be looked into.' }],
        last: false,
      },
    ],
  },
  'macros-from-outside': {
    title: 'Macros from outside',
    describes:
      'Documents from the Internet with macros that start by themselves are refused; other macros, and documents that load something from elsewhere, wait in quarantine.',
    rules: [
      {
        name: 'Macros that start by themselves',
        conditions: [{ on: 'direction', is: 'inbound' }, traits('macro-autorun', 'macro-xlm')],
        actions: [{ do: 'reject' }],
        last: false,
      },
      {
        name: 'Macros and documents that start or load something',
        conditions: [
          { on: 'direction', is: 'inbound' },
          traits('macro', 'remote-template', 'starts-program', 'embedded-object'),
        ],
        actions: [{ do: 'quarantine', note: 'A document holds macros, or loads something from elsewhere.' }],
        last: false,
      },
    ],
  },
  'personal-data-leaving': {
    title: 'Personal data leaving',
    describes:
      'Outgoing mail with a payment card, a Luxembourg national identification number, or several bank accounts waits for a person.',
    rules: [
      {
        name: 'Payment cards',
        conditions: [
          { on: 'direction', is: 'outbound' },
          { on: 'data', is: ['card-number'] },
        ],
        actions: [{ do: 'hold', note: 'It holds the number of a payment card.' }],
        last: false,
      },
      {
        name: 'National identification numbers',
        conditions: [
          { on: 'direction', is: 'outbound' },
          { on: 'data', is: ['lu-national-id'] },
        ],
        actions: [{ do: 'hold', note: 'It holds a national identification number.' }],
        last: false,
      },
      {
        name: 'Many bank accounts',
        // One or two stand below every invoice.
        conditions: [
          { on: 'direction', is: 'outbound' },
          { on: 'data', is: ['iban'], min: 5 },
        ],
        actions: [{ do: 'hold', note: 'It holds five or more bank accounts.' }],
        last: false,
      },
    ],
  },
};
