// The rules of ready-made sets in the language of who takes them over: from then on their names and notes are theirs.

import type { Language } from '../notices/languages.ts';
import { READY_MADE, type ReadyMadeName, type ReadyMadeSet } from './ready-made.ts';

/** By language, of names and notes. */
const WORDS: Record<Exclude<Language, 'en'>, Readonly<Record<string, string>>> = {
  de: {
    'Programs and scripts': 'Programme und Skripte',
    'Archives and documents with a password': 'Archive und Dokumente mit Passwort',
    'What needs a password cannot be looked into.': 'Was ein Passwort braucht, lässt sich nicht prüfen.',
    'Disk images, tricks with names and paths, bombs': 'Datenträgerabbilder, Tricks mit Namen und Pfaden, Bomben',
    'An attachment hides what it is, or cannot be looked into.':
      'Ein Anhang verbirgt, was er ist, oder lässt sich nicht prüfen.',
    'Macros that start by themselves': 'Makros, die von selbst starten',
    'Macros and documents that start or load something': 'Makros und Dokumente, die etwas starten oder nachladen',
    'A document holds macros, or loads something from elsewhere.': 'Ein Dokument enthält Makros oder lädt etwas nach.',
    'Payment cards': 'Zahlungskarten',
    'It holds the number of a payment card.': 'Sie enthält die Nummer einer Zahlungskarte.',
    'National identification numbers': 'Nationale Identifikationsnummern',
    'It holds a national identification number.': 'Sie enthält eine nationale Identifikationsnummer.',
    'Many bank accounts': 'Viele Bankkonten',
    'It holds five or more bank accounts.': 'Sie enthält fünf oder mehr Bankkonten.',
  },
  fr: {
    'Programs and scripts': 'Programmes et scripts',
    'Archives and documents with a password': 'Archives et documents à mot de passe',
    'What needs a password cannot be looked into.': 'Ce qui demande un mot de passe ne peut pas être examiné.',
    'Disk images, tricks with names and paths, bombs': 'Images disque, ruses de noms et de chemins, bombes',
    'An attachment hides what it is, or cannot be looked into.':
      'Une pièce jointe cache ce qu’elle est, ou ne peut pas être examinée.',
    'Macros that start by themselves': 'Macros qui démarrent seules',
    'Macros and documents that start or load something': 'Macros et documents qui lancent ou chargent quelque chose',
    'A document holds macros, or loads something from elsewhere.':
      'Un document contient des macros, ou charge quelque chose d’ailleurs.',
    'Payment cards': 'Cartes de paiement',
    'It holds the number of a payment card.': 'Il contient le numéro d’une carte de paiement.',
    'National identification numbers': 'Numéros d’identification nationaux',
    'It holds a national identification number.': 'Il contient un numéro d’identification national.',
    'Many bank accounts': 'Nombreux comptes bancaires',
    'It holds five or more bank accounts.': 'Il contient cinq comptes bancaires ou plus.',
  },
};

/** The rules of a set, with names and notes in this language. */
export function readyMadeRules(set: ReadyMadeName, language: Language): ReadyMadeSet['rules'] {
  const { rules } = READY_MADE[set];
  if (language === 'en') return rules;
  const say = (text: string) => WORDS[language][text] ?? text;
  return rules.map((rule) => ({
    ...rule,
    name: say(rule.name),
    actions: rule.actions.map((action) =>
      'note' in action && action.note !== undefined ? { ...action, note: say(action.note) } : action,
    ),
  }));
}
