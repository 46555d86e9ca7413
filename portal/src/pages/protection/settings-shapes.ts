// Settings of protection as forms know them: groups, and what each may be.

import type { Answer } from '../../api/call.ts';
import type words from '../../words/en/protection.json';

export type SettingKey = keyof typeof words.settings.name;
export type SettingValue = Answer<'getProtection'>['settings'][string]['value'];
export type SettingView = Answer<'getProtection'>['settings'][string];
export type ValueWord = keyof typeof words.settings.value;

export type SettingKind =
  | { kind: 'choice'; values: readonly ValueWord[] }
  /** A score; null: never. */
  | { kind: 'score' }
  | { kind: 'number'; min: number; max: number }
  | { kind: 'text' }
  | { kind: 'yes-no' };

const choice = (...values: ValueWord[]): SettingKind => ({ kind: 'choice', values });

export const SETTINGS: Readonly<Record<SettingKey, SettingKind>> = {
  virus: choice('reject', 'quarantine'),
  virus_unavailable: choice('later', 'hold'),
  virus_oversize: choice('hold', 'reject'),
  spam_tag: { kind: 'score' },
  spam_quarantine: { kind: 'score' },
  spam_reject: { kind: 'score' },
  spam_subject: { kind: 'text' },
  spam_unavailable: choice('later', 'hold'),
  dmarc: choice('follow', 'note'),
  spf_fail: choice('note', 'quarantine', 'reject'),
  ambiguous: choice('quarantine', 'reject'),
  unreadable: choice('pass', 'quarantine', 'reject'),
  greylist: { kind: 'yes-no' },
  quarantine_days: { kind: 'number', min: 1, max: 365 },
  quarantine_digest: choice('off', 'daily', 'weekly'),
  lock_senders: { kind: 'yes-no' },
};

export const GROUPS = {
  virus: ['virus', 'virus_unavailable', 'virus_oversize'],
  spam: ['spam_tag', 'spam_quarantine', 'spam_reject', 'spam_subject', 'spam_unavailable'],
  authentication: ['dmarc', 'spf_fail'],
  content: ['ambiguous', 'unreadable'],
  strangers: ['greylist'],
  quarantine: ['quarantine_days', 'quarantine_digest'],
  senders: ['lock_senders'],
} as const satisfies Record<string, readonly SettingKey[]>;

export type SettingGroup = keyof typeof GROUPS;

/** Groups that do something in one direction alone. */
const ONLY: Readonly<Partial<Record<SettingGroup, 'inbound' | 'outbound'>>> = {
  strangers: 'inbound',
  senders: 'outbound',
};

/** Those that matter in the direction, in their order. */
export function groupsOf(direction: 'inbound' | 'outbound'): SettingGroup[] {
  return (Object.keys(GROUPS) as SettingGroup[]).filter((group) => (ONLY[group] ?? direction) === direction);
}

/** What somebody wants to say: a value, or to inherit again. */
export type Wish = { to: SettingValue } | 'inherit';
export type Wishes = Readonly<Partial<Record<SettingKey, Wish>>>;

/** The body of a change. */
export function changeOf(wishes: Wishes): { set: Record<string, SettingValue>; inherit: SettingKey[] } {
  const entries = Object.entries(wishes) as [SettingKey, Wish][];
  return {
    set: Object.fromEntries(entries.flatMap(([key, wish]) => (wish === 'inherit' ? [] : [[key, wish.to]]))),
    inherit: entries.flatMap(([key, wish]) => (wish === 'inherit' ? [key] : [])),
  };
}

/** The wishes with one more; one that asks for what is so is none. */
export function withWish(wishes: Wishes, key: SettingKey, wish: Wish | undefined, view: SettingView): Wishes {
  const { [key]: _before, ...others } = wishes;
  const isSo = wish === undefined || (wish !== 'inherit' && wish.to === view.value);
  return isSo ? others : { ...others, [key]: wish };
}
