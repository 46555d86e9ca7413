// Notices about the content filter.

import type { NoticeTemplate } from '../template.ts';

export const ruleMet = {
  en: {
    subject: 'The rule "{rule}" was met',
    blocks: [
      'A message met the rule "{rule}" of the content filter.',
      {
        facts: [
          ['From', '{from}'],
          ['To', '{to}'],
          ['Time', '{at:time}'],
          ['What became of it', '{outcome}'],
          ['Message', '{message}'],
        ],
      },
    ],
  },
  de: {
    subject: 'Die Regel „{rule}“ traf zu',
    blocks: [
      'Auf eine Nachricht traf die Regel „{rule}“ des Inhaltsfilters zu.',
      {
        facts: [
          ['Von', '{from}'],
          ['An', '{to}'],
          ['Zeit', '{at:time}'],
          ['Was daraus wurde', '{outcome}'],
          ['Nachricht', '{message}'],
        ],
      },
    ],
  },
  fr: {
    subject: 'La règle « {rule} » s’est appliquée',
    blocks: [
      'La règle « {rule} » du filtre de contenu s’est appliquée à un message.',
      {
        facts: [
          ['De', '{from}'],
          ['À', '{to}'],
          ['Heure', '{at:time}'],
          ['Suite donnée', '{outcome}'],
          ['Message', '{message}'],
        ],
      },
    ],
  },
} as const satisfies NoticeTemplate<'rule_met'>;
