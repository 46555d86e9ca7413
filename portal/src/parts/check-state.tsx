// What a check says: its state as a word with a colour, and the sentence on what to change.

import { useTranslation } from 'react-i18next';
import type { Answer } from '../api/call.ts';
import { localValues } from '../relay-words.ts';
import { Chip, type Tone } from './status-chip.tsx';

export type Check = Answer<'getOnboardingChecks'>['entries'][number];
export type CheckState = Check['state'];

const TONES: Readonly<Record<CheckState, Tone>> = {
  ok: 'good',
  warn: 'warn',
  fail: 'bad',
  unknown: 'idle',
  waiting: 'info',
};

export function CheckChip({ state }: { state: CheckState }) {
  const { t } = useTranslation('joining');
  return <Chip tone={TONES[state]}>{t(`checkState.${state}`)}</Chip>;
}

/** What to change, in the language of the page. */
export function useAdvice(): (check: Check) => string {
  const { t, i18n } = useTranslation('joining');
  return ({ code, values, advice }) => {
    const word = code?.replaceAll('.', '_');
    if (word === undefined || !i18n.exists(`advice.${word}`, { ns: 'joining' })) return advice;
    return t(`advice.${word}` as 'advice.spf_mend', { replace: localValues(values) });
  };
}

/** What the API says where nothing was found at all. */
const NOTHING = /^no (?:TXT|SPF|MX|DMARC) record$/;

/** Whether nothing was found at all. */
export function isNothing({ found }: Check): boolean {
  return NOTHING.test(found);
}

/** What was found, or that nothing was. */
export function useFound(): (check: Check) => string {
  const { t } = useTranslation('joining');
  return (check) => {
    const { found, state } = check;
    if (isNothing(check)) return t('record.nothing');
    return found === '' && state === 'waiting' ? t('record.notLooked') : found;
  };
}

const ORDER: readonly CheckState[] = ['fail', 'warn', 'unknown', 'waiting', 'ok'];

/** The part of a check of several keys that is about one: of its selector, whose words have its name. */
export function ofKey(check: Check, host: string): Check {
  const selector = host.split('._domainkey')[0] ?? '';
  const part = check.found.split('; ').find((one) => one.startsWith(`${selector}: `));
  if (part === undefined) return check;
  const found = part.slice(selector.length + 2);
  const said = check.words?.[`found.${selector}`];
  const own = { ...check, words: said === undefined ? undefined : { found: said } };
  if (found !== 'published') return { ...own, found: found === 'there is no record' ? 'no TXT record' : found };
  const { code: _code, values: _values, ...rest } = own;
  return { ...rest, state: 'ok', found, advice: '' };
}

/** The state that counts most. */
export function worstState(states: readonly CheckState[]): CheckState | undefined {
  return ORDER.find((state) => states.includes(state));
}
