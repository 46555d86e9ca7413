// All notices, and how many of each kind a person gets in an hour.

import {
  invitation,
  newSignIn,
  passwordChanged,
  passwordReset,
  recoveryCodesRenewed,
  recoveryCodeUsed,
  secondFactorAdded,
  secondFactorRemoved,
} from './kinds/access.ts';
import {
  customerLive,
  entryApproved,
  entryReturned,
  entrySubmitted,
  onboardingLink,
  recordsForColleague,
} from './kinds/onboarding.ts';
import { quarantineDigest, quarantineExpiring } from './kinds/quarantine.ts';
import { ruleMet } from './kinds/rules.ts';
import {
  domainStopped,
  privacyAnswered,
  proofMissing,
  proofReturned,
  summary,
  webhookFailing,
  webhookPaused,
} from './kinds/running.ts';
import { senderLocked, senderLockedForNow, senderSlowed } from './kinds/senders.ts';
import {
  deactivated,
  recordsGone,
  recordsRemain,
  removed,
  terminationNotice,
  terminationReminder,
  terminationStopped,
} from './kinds/termination.ts';
import type { NoticeKind } from './kinds.ts';
import type { Language } from './languages.ts';
import type { NoticeTemplate } from './template.ts';

/** The words of every kind. */
export const templates: { [K in NoticeKind]: NoticeTemplate<K> } = {
  invitation,
  password_reset: passwordReset,
  new_sign_in: newSignIn,
  password_changed: passwordChanged,
  second_factor_added: secondFactorAdded,
  second_factor_removed: secondFactorRemoved,
  recovery_code_used: recoveryCodeUsed,
  recovery_codes_renewed: recoveryCodesRenewed,
  onboarding_link: onboardingLink,
  records_for_colleague: recordsForColleague,
  entry_submitted: entrySubmitted,
  entry_returned: entryReturned,
  entry_approved: entryApproved,
  customer_live: customerLive,
  proof_missing: proofMissing,
  proof_returned: proofReturned,
  domain_stopped: domainStopped,
  webhook_failing: webhookFailing,
  webhook_paused: webhookPaused,
  termination_notice: terminationNotice,
  termination_reminder: terminationReminder,
  termination_stopped: terminationStopped,
  deactivated,
  removed,
  records_remain: recordsRemain,
  records_gone: recordsGone,
  quarantine_digest: quarantineDigest,
  quarantine_expiring: quarantineExpiring,
  rule_met: ruleMet,
  sender_slowed: senderSlowed,
  sender_locked_for_now: senderLockedForNow,
  sender_locked: senderLocked,
  privacy_answered: privacyAnswered,
  summary,
};

/** How often a kind is sent to one person. */
export interface NoticeLimit {
  /** Mails in an hour. */
  mostAnHour: number;
  /** Mails in a day of one customer, to whomever: who asks for them is not always signed in. */
  mostADay?: number;
  /** What is more is told in sum once the hour is over; else it is dropped: a link of yesterday is of no use. */
  rest: 'summed' | 'dropped';
}

const USUAL: NoticeLimit = { mostAnHour: 6, rest: 'summed' };
/** Mails that somebody else can cause to be sent to a stranger: not a way to fill a mailbox. */
const LINKS: NoticeLimit = { mostAnHour: 5, rest: 'dropped' };
/** The contract hangs on them. */
const ALWAYS: NoticeLimit = { mostAnHour: Number.POSITIVE_INFINITY, rest: 'summed' };

const limits: Partial<Record<NoticeKind, NoticeLimit>> = {
  invitation: LINKS,
  password_reset: LINKS,
  onboarding_link: { ...LINKS, mostADay: 20 },
  records_for_colleague: { ...LINKS, mostADay: 10 },
  termination_notice: ALWAYS,
  termination_reminder: ALWAYS,
  termination_stopped: ALWAYS,
  deactivated: ALWAYS,
  removed: ALWAYS,
  privacy_answered: ALWAYS,
  summary: ALWAYS,
};

/** The limit of a kind. */
export function limitOf(kind: NoticeKind): NoticeLimit {
  return limits[kind] ?? USUAL;
}

/** Whether it is a kind: rows may be of another version. */
export function isNoticeKind(text: string): text is NoticeKind {
  return Object.hasOwn(templates, text);
}

/** What notices of a kind are about, for a sum of them. */
export const titles = {
  en: {
    new_sign_in: 'new sign-ins to your account',
    password_changed: 'password changes',
    second_factor_added: 'ways to sign in added',
    second_factor_removed: 'ways to sign in removed',
    recovery_code_used: 'recovery codes used',
    recovery_codes_renewed: 'new recovery codes',
    entry_submitted: 'data submitted',
    entry_returned: 'data to be changed',
    entry_approved: 'data approved',
    customer_live: 'customers live',
    proof_missing: 'DNS records missing',
    proof_returned: 'DNS records found again',
    domain_stopped: 'domains stopped',
    webhook_failing: 'webhooks without an answer',
    webhook_paused: 'webhooks paused',
    records_remain: 'DNS records that remain',
    records_gone: 'DNS records gone',
    rule_met: 'rules of the content filter that were met',
    sender_slowed: 'senders that are slowed down',
    sender_locked_for_now: 'senders that are locked for a while',
    sender_locked: 'senders that are locked',
    quarantine_digest: 'messages in quarantine',
    quarantine_expiring: 'messages soon to leave quarantine',
  },
  de: {
    new_sign_in: 'neue Anmeldungen an Ihrem Konto',
    password_changed: 'geänderte Passwörter',
    second_factor_added: 'hinzugefügte Anmeldearten',
    second_factor_removed: 'entfernte Anmeldearten',
    recovery_code_used: 'benutzte Wiederherstellungscodes',
    recovery_codes_renewed: 'neue Wiederherstellungscodes',
    entry_submitted: 'eingereichte Daten',
    entry_returned: 'zu ändernde Daten',
    entry_approved: 'freigegebene Daten',
    customer_live: 'Kunden in Betrieb',
    proof_missing: 'fehlende DNS-Einträge',
    proof_returned: 'wieder gefundene DNS-Einträge',
    domain_stopped: 'angehaltene Domains',
    webhook_failing: 'Webhooks ohne Antwort',
    webhook_paused: 'angehaltene Webhooks',
    records_remain: 'verbliebene DNS-Einträge',
    records_gone: 'entfernte DNS-Einträge',
    rule_met: 'Regeln des Inhaltsfilters, die zutrafen',
    sender_slowed: 'Absender, die gebremst werden',
    sender_locked_for_now: 'Absender, die eine Zeit lang gesperrt sind',
    sender_locked: 'Absender, die gesperrt sind',
    quarantine_digest: 'Nachrichten in Quarantäne',
    quarantine_expiring: 'Nachrichten, die bald aus der Quarantäne gehen',
  },
  fr: {
    new_sign_in: 'nouvelles connexions à votre compte',
    password_changed: 'mots de passe modifiés',
    second_factor_added: 'moyens de connexion ajoutés',
    second_factor_removed: 'moyens de connexion retirés',
    recovery_code_used: 'codes de secours utilisés',
    recovery_codes_renewed: 'nouveaux codes de secours',
    entry_submitted: 'données transmises',
    entry_returned: 'données à modifier',
    entry_approved: 'données approuvées',
    customer_live: 'clients en service',
    proof_missing: 'enregistrements DNS manquants',
    proof_returned: 'enregistrements DNS retrouvés',
    domain_stopped: 'domaines arrêtés',
    webhook_failing: 'webhooks sans réponse',
    webhook_paused: 'webhooks mis en pause',
    records_remain: 'enregistrements DNS restants',
    records_gone: 'enregistrements DNS retirés',
    rule_met: 'règles du filtre de contenu appliquées',
    sender_slowed: 'expéditeurs ralentis',
    sender_locked_for_now: 'expéditeurs verrouillés pour un temps',
    sender_locked: 'expéditeurs verrouillés',
    quarantine_digest: 'messages en quarantaine',
    quarantine_expiring: 'messages bientôt retirés de la quarantaine',
  },
} as const satisfies Record<Language, Partial<Record<NoticeKind, string>>>;
