// The pages of the alarms, as they lie in docs/runbooks.

import { readFileSync } from 'node:fs';
import { ALARM_NAMES, type AlarmName } from '../../mail/report/alarm-names.ts';

export interface Runbook {
  name: AlarmName;
  title: string;
  /** Markdown, without its title. */
  text: string;
}

/** The page of an alarm; nothing where there is no such alarm. */
export function readRunbook(name: string): Runbook | undefined {
  const known = ALARM_NAMES.find((one) => one === name);
  if (known === undefined) return undefined;
  const page = readFileSync(new URL(`../../../docs/runbooks/${known}.md`, import.meta.url), 'utf8');
  const [first = '', ...rest] = page.split('\n');
  return { name: known, title: first.replace(/^#\s*(?:[\w-]+:\s*)?/, ''), text: rest.join('\n').trim() };
}
