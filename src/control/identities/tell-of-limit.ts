// The customer's people hear of a sender that was slowed or locked: which, why, and what they can do.

import type { Sign } from '../../mail/identities/habits.ts';
import type { Language } from '../notices/languages.ts';
import { readersOf } from '../notices/readers.ts';
import type { IdentityParts } from './identities.ts';
import type { IdentityLimitRow } from './tables.ts';

/** Writes to each of them. What cannot be told is logged. */
export async function tellOfLimit(parts: IdentityParts, row: IdentityLimitRow): Promise<void> {
  const { customer, level, name, until } = row;
  try {
    for (const reader of await readersOf(parts.database.reads, customer)) {
      const signs = JSON.parse(row.signs) as Sign[];
      const values = {
        sender: name,
        why: signs.map((sign) => WORDS[reader.language][sign]).join('; '),
        at: row.since,
        ...(until !== null && { until }),
      };
      const kind = level === 'slowed' ? 'sender_slowed' : until === null ? 'sender_locked' : 'sender_locked_for_now';
      await parts.notices.tell(kind, reader, values, { customer });
    }
  } catch (err) {
    parts.log.warn('nobody told of a limited sender', { err, customer });
  }
}

/** Signs in words. */
const WORDS: Record<Language, Record<Sign, string>> = {
  en: {
    rate: 'far more mail than usual',
    refusals: 'many recipients do not exist or refuse the mail',
    spam: 'spam or viruses in its mail',
    destinations: 'many receivers it never wrote to before',
    hours: 'mail at hours at which it never wrote before',
  },
  de: {
    rate: 'weit mehr Mail als üblich',
    refusals: 'viele Empfänger gibt es nicht, oder sie weisen die Mail ab',
    spam: 'Spam oder Viren in seiner Mail',
    destinations: 'viele Empfänger, denen er noch nie geschrieben hat',
    hours: 'Mail zu Zeiten, zu denen er noch nie geschrieben hat',
  },
  fr: {
    rate: 'beaucoup plus de courrier que d’habitude',
    refusals: 'de nombreux destinataires n’existent pas ou refusent le courrier',
    spam: 'du spam ou des virus dans son courrier',
    destinations: 'de nombreux destinataires à qui il n’avait jamais écrit',
    hours: 'du courrier à des heures où il n’écrivait jamais',
  },
};
