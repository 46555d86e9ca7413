// Notices about accounts of people: invitations, resets, and what happened to the security of an account.

import type { Block, NoticeTemplate } from '../template.ts';

export const invitation = {
  en: {
    subject: 'Your access to the mail relay of {operator}',
    blocks: [
      '{inviter} has opened an account for you with the mail relay of {operator}.',
      'It is for the customer {customer}.',
      { action: 'Set up the account', to: 'link' },
      'The link works once, until {until:time}. If you do not expect this message, ignore it: without you nothing happens.',
    ],
  },
  de: {
    subject: 'Ihr Zugang zum Mail-Relay von {operator}',
    blocks: [
      '{inviter} hat für Sie ein Konto beim Mail-Relay von {operator} angelegt.',
      'Es gilt für den Kunden {customer}.',
      { action: 'Konto einrichten', to: 'link' },
      'Der Link gilt einmal und bis {until:time}. Falls Sie diese Nachricht nicht erwarten, ignorieren Sie sie: Ohne Sie geschieht nichts.',
    ],
  },
  fr: {
    subject: 'Votre accès au relais de messagerie de {operator}',
    blocks: [
      '{inviter} a ouvert pour vous un compte sur le relais de messagerie de {operator}.',
      'Il concerne le client {customer}.',
      { action: 'Configurer le compte', to: 'link' },
      'Le lien fonctionne une seule fois, jusqu’au {until:time}. Si vous n’attendez pas ce message, ignorez-le : sans vous, rien ne se passe.',
    ],
  },
} as const satisfies NoticeTemplate<'invitation'>;

export const passwordReset = {
  en: {
    subject: 'A new password for your account with {operator}',
    blocks: [
      'Somebody asked for a new password for your account.',
      'The request came from the address {from}.',
      { action: 'Choose a new password', to: 'link' },
      'The link works once, until {until:time}. If it was not you, ignore this message: your password stays as it is.',
    ],
  },
  de: {
    subject: 'Ein neues Passwort für Ihr Konto bei {operator}',
    blocks: [
      'Für Ihr Konto wurde ein neues Passwort angefordert.',
      'Die Anforderung kam von der Adresse {from}.',
      { action: 'Neues Passwort wählen', to: 'link' },
      'Der Link gilt einmal und bis {until:time}. Falls Sie das nicht waren, ignorieren Sie diese Nachricht: Ihr Passwort bleibt, wie es ist.',
    ],
  },
  fr: {
    subject: 'Un nouveau mot de passe pour votre compte chez {operator}',
    blocks: [
      'Un nouveau mot de passe a été demandé pour votre compte.',
      'La demande est venue de l’adresse {from}.',
      { action: 'Choisir un nouveau mot de passe', to: 'link' },
      'Le lien fonctionne une seule fois, jusqu’au {until:time}. Si ce n’était pas vous, ignorez ce message : votre mot de passe reste inchangé.',
    ],
  },
} as const satisfies NoticeTemplate<'password_reset'>;

type SecurityKind =
  | 'new_sign_in'
  | 'password_changed'
  | 'second_factor_added'
  | 'second_factor_removed'
  | 'recovery_code_used'
  | 'recovery_codes_renewed';

const act = {
  en: {
    facts: [
      ['Account', '{account}'],
      ['When', '{at:time}'],
      ['From', '{from}'],
      ['Program', '{agent}'],
    ],
  },
  de: {
    facts: [
      ['Konto', '{account}'],
      ['Wann', '{at:time}'],
      ['Von', '{from}'],
      ['Programm', '{agent}'],
    ],
  },
  fr: {
    facts: [
      ['Compte', '{account}'],
      ['Quand', '{at:time}'],
      ['Depuis', '{from}'],
      ['Programme', '{agent}'],
    ],
  },
} as const satisfies Record<string, Block<SecurityKind>>;

const advice = {
  en: 'If it was you, there is nothing to do. If not, change your password at once, end all sessions, and answer this message.',
  de: 'Waren Sie es selbst, ist nichts zu tun. Falls nicht, ändern Sie sofort Ihr Passwort, beenden Sie alle Sitzungen und antworten Sie auf diese Nachricht.',
  fr: 'Si c’était vous, il n’y a rien à faire. Sinon, changez tout de suite votre mot de passe, fermez toutes les sessions et répondez à ce message.',
} as const;

export const newSignIn = {
  en: {
    subject: 'A new sign-in to your account',
    blocks: ['Somebody signed in to your account from a device that it did not know before.', act.en, advice.en],
  },
  de: {
    subject: 'Neue Anmeldung an Ihrem Konto',
    blocks: ['An Ihrem Konto hat sich jemand mit einem bisher unbekannten Gerät angemeldet.', act.de, advice.de],
  },
  fr: {
    subject: 'Nouvelle connexion à votre compte',
    blocks: ['Quelqu’un s’est connecté à votre compte depuis un appareil encore inconnu.', act.fr, advice.fr],
  },
} as const satisfies NoticeTemplate<'new_sign_in'>;

export const passwordChanged = {
  en: {
    subject: 'Your password was changed',
    blocks: ['The password of your account was changed.', act.en, advice.en],
  },
  de: {
    subject: 'Ihr Passwort wurde geändert',
    blocks: ['Das Passwort Ihres Kontos wurde geändert.', act.de, advice.de],
  },
  fr: {
    subject: 'Votre mot de passe a été modifié',
    blocks: ['Le mot de passe de votre compte a été modifié.', act.fr, advice.fr],
  },
} as const satisfies NoticeTemplate<'password_changed'>;

export const secondFactorAdded = {
  en: {
    subject: 'A way to sign in was added to your account',
    blocks: ['To your account was added: {what}.', act.en, advice.en],
  },
  de: {
    subject: 'Ihr Konto hat eine weitere Anmeldeart',
    blocks: ['Zu Ihrem Konto wurde hinzugefügt: {what}.', act.de, advice.de],
  },
  fr: {
    subject: 'Un moyen de connexion a été ajouté à votre compte',
    blocks: ['À votre compte a été ajouté : {what}.', act.fr, advice.fr],
  },
} as const satisfies NoticeTemplate<'second_factor_added'>;

export const secondFactorRemoved = {
  en: {
    subject: 'A way to sign in was removed from your account',
    blocks: ['From your account was removed: {what}.', act.en, advice.en],
  },
  de: {
    subject: 'Ihr Konto hat eine Anmeldeart weniger',
    blocks: ['Von Ihrem Konto wurde entfernt: {what}.', act.de, advice.de],
  },
  fr: {
    subject: 'Un moyen de connexion a été retiré de votre compte',
    blocks: ['De votre compte a été retiré : {what}.', act.fr, advice.fr],
  },
} as const satisfies NoticeTemplate<'second_factor_removed'>;

export const recoveryCodeUsed = {
  en: {
    subject: 'A recovery code of your account was used',
    blocks: [
      'Somebody signed in to your account with a recovery code.',
      'Codes left: {left:count}.',
      act.en,
      advice.en,
    ],
  },
  de: {
    subject: 'Ein Wiederherstellungscode Ihres Kontos wurde benutzt',
    blocks: [
      'An Ihrem Konto hat sich jemand mit einem Wiederherstellungscode angemeldet.',
      'Noch übrige Codes: {left:count}.',
      act.de,
      advice.de,
    ],
  },
  fr: {
    subject: 'Un code de secours de votre compte a été utilisé',
    blocks: [
      'Quelqu’un s’est connecté à votre compte avec un code de secours.',
      'Codes restants : {left:count}.',
      act.fr,
      advice.fr,
    ],
  },
} as const satisfies NoticeTemplate<'recovery_code_used'>;

export const recoveryCodesRenewed = {
  en: {
    subject: 'New recovery codes for your account',
    blocks: ['New recovery codes were made for your account; the former ones no longer work.', act.en, advice.en],
  },
  de: {
    subject: 'Neue Wiederherstellungscodes für Ihr Konto',
    blocks: [
      'Für Ihr Konto wurden neue Wiederherstellungscodes erzeugt; die bisherigen gelten nicht mehr.',
      act.de,
      advice.de,
    ],
  },
  fr: {
    subject: 'Nouveaux codes de secours pour votre compte',
    blocks: [
      'De nouveaux codes de secours ont été créés pour votre compte ; les anciens ne fonctionnent plus.',
      act.fr,
      advice.fr,
    ],
  },
} as const satisfies NoticeTemplate<'recovery_codes_renewed'>;
