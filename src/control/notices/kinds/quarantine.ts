// Notices about mail that is held for what it holds.

import type { EntryBlock, NoticeTemplate } from '../template.ts';

const entryEn: readonly EntryBlock[] = [
  {
    facts: [
      ['From', '{from}'],
      ['To', '{to}'],
      ['Subject', '{subject}'],
      ['Received', '{at:time}'],
      ['Why', '{reason}'],
    ],
  },
  { action: 'See or release it', to: 'open' },
];

const entryDe: readonly EntryBlock[] = [
  {
    facts: [
      ['Von', '{from}'],
      ['An', '{to}'],
      ['Betreff', '{subject}'],
      ['Eingang', '{at:time}'],
      ['Grund', '{reason}'],
    ],
  },
  { action: 'Ansehen oder freigeben', to: 'open' },
];

const entryFr: readonly EntryBlock[] = [
  {
    facts: [
      ['De', '{from}'],
      ['À', '{to}'],
      ['Objet', '{subject}'],
      ['Reçu', '{at:time}'],
      ['Motif', '{reason}'],
    ],
  },
  { action: 'Voir ou libérer', to: 'open' },
];

export const quarantineDigest = {
  en: {
    subject: 'Quarantine of {customer}: {count:count} new message(s)',
    blocks: [
      'These messages were not delivered but put into quarantine. What is wanted can be released; all else is removed by itself after some time, and nothing need be done about it.',
      { each: 'entries', blocks: entryEn },
      'There are {more:count} more.',
      { action: 'See the quarantine', to: 'link' },
      'The links are for you alone and end after seven days. Opening one changes nothing: you are asked first.',
    ],
  },
  de: {
    subject: 'Quarantäne von {customer}: {count:count} neue Nachricht(en)',
    blocks: [
      'Diese Nachrichten wurden nicht zugestellt, sondern in Quarantäne gestellt. Was erwünscht ist, kann freigegeben werden; alles andere wird nach einiger Zeit von selbst entfernt, ohne dass Sie etwas tun müssen.',
      { each: 'entries', blocks: entryDe },
      'Es gibt {more:count} weitere.',
      { action: 'Quarantäne ansehen', to: 'link' },
      'Die Links sind nur für Sie bestimmt und enden nach sieben Tagen. Sie zu öffnen ändert nichts: Sie werden vorher gefragt.',
    ],
  },
  fr: {
    subject: 'Quarantaine de {customer} : {count:count} nouveau(x) message(s)',
    blocks: [
      'Ces messages n’ont pas été remis mais placés en quarantaine. Ce qui est souhaité peut être libéré ; tout le reste est supprimé de soi-même après un certain temps, sans que vous ayez à agir.',
      { each: 'entries', blocks: entryFr },
      'Il y en a {more:count} de plus.',
      { action: 'Voir la quarantaine', to: 'link' },
      'Les liens sont destinés à vous seul et expirent après sept jours. Les ouvrir ne change rien : une confirmation vous est demandée.',
    ],
  },
} as const satisfies NoticeTemplate<'quarantine_digest'>;

export const quarantineExpiring = {
  en: {
    subject: 'Quarantine of {customer}: {count:count} message(s) will be removed soon',
    blocks: [
      'The time of {count:count} message(s) in quarantine is nearly over. They are removed from {until:time} on; their senders are not told. What is still wanted has to be released before.',
      { each: 'entries', blocks: entryEn },
    ],
  },
  de: {
    subject: 'Quarantäne von {customer}: {count:count} Nachricht(en) werden bald entfernt',
    blocks: [
      'Die Zeit von {count:count} Nachricht(en) in Quarantäne ist bald um. Sie werden ab {until:time} entfernt; die Absender erfahren davon nichts. Was noch gebraucht wird, muss vorher freigegeben werden.',
      { each: 'entries', blocks: entryDe },
    ],
  },
  fr: {
    subject: 'Quarantaine de {customer} : {count:count} message(s) bientôt supprimé(s)',
    blocks: [
      'La durée de conservation de {count:count} message(s) en quarantaine s’achève. Ils seront supprimés à partir du {until:time} ; leurs expéditeurs n’en seront pas informés. Ce qui est encore souhaité doit être libéré avant.',
      { each: 'entries', blocks: entryFr },
    ],
  },
} as const satisfies NoticeTemplate<'quarantine_expiring'>;
