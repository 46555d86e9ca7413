// Why a message is in quarantine, in words for people in their language.

import type { HeldReason } from '../../mail/inspect/held-reason.ts';
import type { InspectionNote } from '../../mail/message.ts';
import type { HeldMessage } from '../../mail/queue/read-held.ts';
import { reasonOf } from '../api/reasons.ts';
import type { Language } from '../notices/languages.ts';

/** `unseen`: kept for its content, and no rule asked for it. */
type Sentences = Record<HeldReason | 'unseen', (fact: string) => string>;

/** `fact` is what the check named: a virus, points, a rule; empty where it named nothing. */
const SENTENCES: Record<Language, Sentences> = {
  en: {
    virus: (fact) => `A virus was found${named(': ', fact)}`,
    unscanned: () => 'It could not be scanned as a whole',
    ambiguous: () => 'It is built so that it can be read in two ways',
    unseen: () => 'A part of it cannot be looked into',
    content: (fact) => `A rule of the content filter was met${named(': ', fact)}`,
    authentication: () => 'The sender could not be shown to be who the message says',
    spam: (fact) => `It looks like spam${named(' (', fact, ' points)')}`,
    person: (fact) => `Somebody held it${named(': ', fact)}`,
  },
  de: {
    virus: (fact) => `Ein Virus wurde gefunden${named(': ', fact)}`,
    unscanned: () => 'Sie konnte nicht ganz geprüft werden',
    ambiguous: () => 'Sie ist so gebaut, dass sie auf zwei Arten gelesen werden kann',
    unseen: () => 'Ein Teil davon lässt sich nicht prüfen',
    content: (fact) => `Eine Regel des Inhaltsfilters trifft zu${named(': ', fact)}`,
    authentication: () => 'Der Absender ist nicht nachweislich der, den die Nachricht nennt',
    spam: (fact) => `Sie sieht nach Spam aus${named(' (', fact, ' Punkte)')}`,
    person: (fact) => `Jemand hat sie angehalten${named(': ', fact)}`,
  },
  fr: {
    virus: (fact) => `Un virus a été trouvé${named(' : ', fact)}`,
    unscanned: () => 'Il n’a pas pu être analysé en entier',
    ambiguous: () => 'Il est construit de façon à pouvoir être lu de deux manières',
    unseen: () => 'Une partie ne peut pas être examinée',
    content: (fact) => `Une règle du filtre de contenu s’applique${named(' : ', fact)}`,
    authentication: () => 'L’expéditeur n’est pas de façon certaine celui que le message indique',
    spam: (fact) => `Il ressemble à du courrier indésirable${named(' (', fact, ' points)')}`,
    person: (fact) => `Quelqu’un l’a retenu${named(' : ', fact)}`,
  },
};

/** All reasons of a message, the gravest first, a sentence each without its full stop. */
export function reasonWords(
  message: Pick<HeldMessage, 'reasons' | 'inspection' | 'note'>,
  language: Language,
): string[] {
  return message.reasons.map((reason) => {
    const fact = factOf(message, reason);
    const isUnseen = reason === 'content' && fact === '' && isOwn(message.note);
    return SENTENCES[language][isUnseen ? 'unseen' : reason](fact);
  });
}

/** A check wrote the note, in English: what a rule or a person says is theirs, in their language. */
function isOwn(note: string | undefined): boolean {
  return note !== undefined && reasonOf(note) !== undefined;
}

/** What checks found, and which of them kept the message back, for lists. */
export function foundIn({ inspection, by }: Pick<HeldMessage, 'inspection' | 'by'>): {
  score: number | null;
  found: string[];
  by: string[];
} {
  const scores = inspection.filter(({ check }) => check === 'spam').map(({ details }) => details?.['score']);
  const score = scores.find((one) => typeof one === 'number') ?? null;
  const kept = inspection.filter(({ verdict }) => verdict !== 'pass');
  const names = [...(FACTS.virus ?? []), ...(FACTS.content ?? [])];
  const found = kept.flatMap((note) => names.map((name) => textOf(note, name))).filter((text) => text !== '');
  const checks = inspection.filter(({ verdict }) => verdict === 'hold' || verdict === 'quarantine');
  return {
    score,
    found: [...new Set(found)].map((text) => text.slice(0, LONGEST)),
    by: [...new Set([...checks.map(({ check }) => check), ...(by === undefined ? [] : [by])])],
  };
}

function named(before: string, fact: string, after = ''): string {
  return fact === '' ? '' : `${before}${fact}${after}`;
}

/** Names of details under which checks say what they found. */
const FACTS: Partial<Record<HeldReason, readonly string[]>> = {
  virus: ['virus', 'viruses', 'signature', 'signatures', 'name', 'names'],
  spam: ['score', 'points'],
  content: ['rule', 'rules', 'note', 'trait', 'traits'],
};
const LONGEST = 200;

function factOf({ inspection, note }: Pick<HeldMessage, 'inspection' | 'note'>, reason: HeldReason): string {
  const names = FACTS[reason] ?? [];
  const found = inspection
    .filter(({ check, verdict }) => check === reason || (verdict !== 'pass' && check !== 'spam'))
    .flatMap((one) => names.map((name) => textOf(one, name)))
    .find((text) => text !== '');
  const said = (reason === 'person' || reason === 'content') && !isOwn(note) ? (note ?? '') : '';
  return (found ?? said).slice(0, LONGEST);
}

function textOf({ details }: InspectionNote, name: string): string {
  const value = details?.[name];
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(Math.round(value * 10) / 10);
  return Array.isArray(value) ? value.slice(0, 3).join(', ') : '';
}
