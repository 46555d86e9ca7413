// Notices about senders that left their habits.

import type { Block, NoticeTemplate } from '../template.ts';

type SenderKind = 'sender_slowed' | 'sender_locked_for_now' | 'sender_locked';

const facts = {
  en: {
    facts: [
      ['Sender', '{sender}'],
      ['What was seen', '{why}'],
      ['Since', '{at:time}'],
    ],
  },
  de: {
    facts: [
      ['Absender', '{sender}'],
      ['Was auffiel', '{why}'],
      ['Seit', '{at:time}'],
    ],
  },
  fr: {
    facts: [
      ['Expéditeur', '{sender}'],
      ['Ce qui a été observé', '{why}'],
      ['Depuis', '{at:time}'],
    ],
  },
} as const satisfies Record<string, Block<SenderKind>>;

const others = {
  en: 'The mail of all your other senders goes on as before.',
  de: 'Die Mail aller Ihrer anderen Absender läuft weiter wie bisher.',
  fr: 'Le courrier de tous vos autres expéditeurs continue comme avant.',
} as const;

const advice = {
  en: 'Please ask the person behind it whether this mail is theirs. If it is not, change the password of the mailbox and look for forms or programs that send in its name.',
  de: 'Bitte fragen Sie die Person dahinter, ob diese Mail von ihr stammt. Falls nicht, ändern Sie das Passwort des Postfachs, und suchen Sie nach Formularen oder Programmen, die in seinem Namen senden.',
  fr: 'Veuillez demander à la personne concernée si ce courrier est le sien. Si ce n’est pas le cas, changez le mot de passe de la boîte et cherchez les formulaires ou programmes qui envoient en son nom.',
} as const;

export const senderSlowed = {
  en: {
    subject: '{sender} sends unusual mail and is slowed down',
    blocks: [
      'One of your senders left its habits. Its mail is slowed down: your server tries again by itself, and nothing is lost.',
      facts.en,
      others.en,
      advice.en,
      'Once all is calm again, this ends by itself.',
    ],
  },
  de: {
    subject: '{sender} sendet ungewöhnliche Mail und wird gebremst',
    blocks: [
      'Einer Ihrer Absender verhält sich anders als sonst. Seine Mail wird gebremst: Ihr Server versucht es von selbst wieder, und nichts geht verloren.',
      facts.de,
      others.de,
      advice.de,
      'Sobald wieder Ruhe ist, endet das von selbst.',
    ],
  },
  fr: {
    subject: '{sender} envoie du courrier inhabituel et est ralenti',
    blocks: [
      'L’un de vos expéditeurs se comporte autrement que d’habitude. Son courrier est ralenti : votre serveur réessaie de lui-même, et rien n’est perdu.',
      facts.fr,
      others.fr,
      advice.fr,
      'Dès que tout est calme, cela prend fin de soi-même.',
    ],
  },
} as const satisfies NoticeTemplate<'sender_slowed'>;

export const senderLockedForNow = {
  en: {
    subject: '{sender} is locked until {until:time}',
    blocks: [
      'One of your senders left its habits by far. Its mail is not taken until {until:time}; what your server still holds then goes on.',
      facts.en,
      others.en,
      advice.en,
    ],
  },
  de: {
    subject: '{sender} ist bis {until:time} gesperrt',
    blocks: [
      'Einer Ihrer Absender verhält sich ganz anders als sonst. Seine Mail wird bis {until:time} nicht angenommen; was Ihr Server dann noch hat, läuft weiter.',
      facts.de,
      others.de,
      advice.de,
    ],
  },
  fr: {
    subject: '{sender} est verrouillé jusqu’au {until:time}',
    blocks: [
      'L’un de vos expéditeurs se comporte tout autrement que d’habitude. Son courrier n’est pas accepté jusqu’au {until:time} ; ce que votre serveur détient encore repart ensuite.',
      facts.fr,
      others.fr,
      advice.fr,
    ],
  },
} as const satisfies NoticeTemplate<'sender_locked_for_now'>;

export const senderLocked = {
  en: {
    subject: '{sender} is locked until somebody has looked at it',
    blocks: [
      'One of your senders left its habits again and again. Its mail is refused until somebody has looked at it.',
      facts.en,
      others.en,
      advice.en,
      'Once it is mended, please tell us: answer this message.',
    ],
  },
  de: {
    subject: '{sender} ist gesperrt, bis jemand nachgesehen hat',
    blocks: [
      'Einer Ihrer Absender verhält sich immer wieder anders als sonst. Seine Mail wird abgewiesen, bis jemand nachgesehen hat.',
      facts.de,
      others.de,
      advice.de,
      'Bitte sagen Sie uns, wenn es behoben ist: Antworten Sie auf diese Nachricht.',
    ],
  },
  fr: {
    subject: '{sender} est verrouillé en attendant une vérification',
    blocks: [
      'L’un de vos expéditeurs se comporte à plusieurs reprises autrement que d’habitude. Son courrier est refusé jusqu’à ce que quelqu’un ait vérifié.',
      facts.fr,
      others.fr,
      advice.fr,
      'Dès que c’est réglé, prévenez-nous : répondez à ce message.',
    ],
  },
} as const satisfies NoticeTemplate<'sender_locked'>;
