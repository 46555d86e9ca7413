// Everything that the API says with a code, in English, from the places where it stands: for checking that the portal has
// words for it.

import { z } from 'zod';
import { FIELD_FAULTS } from '../src/control/api/field-faults.ts';
import { PROBLEMS } from '../src/control/api/problem-kinds.ts';
import { REASONS } from '../src/control/api/reason-texts.ts';
import { WORDS } from '../src/control/api/reason-words.ts';
import { FINDINGS } from '../src/control/doctor/findings.ts';
import { CONTROL_EVENT_TYPES, MESSAGE_EVENT_TYPES } from '../src/control/events/event-types.ts';
import { registerSentences } from '../src/control/privacy/register.ts';
import { DATA_KINDS } from '../src/control/privacy/retention.ts';
import { ALARM_SENTENCES } from '../src/mail/report/alarm-sentences.ts';
import { QUERY_FAULTS } from '../src/mail/trace/query-faults.ts';
import { describedKey, listedTable, unwrapped } from '../src/platform/config/described-keys.ts';
import { configSchema } from '../src/platform/config/schema.ts';

type Sentences = Record<string, string>;

function problems(): Sentences {
  return Object.fromEntries(Object.entries(PROBLEMS).map(([code, [, text]]) => [code, text]));
}

/** A part of what the doctor says, where it says something there. */
function findings(part: 0 | 1 | 2): Sentences {
  const said = Object.entries(FINDINGS).map(([code, texts]): [string, string] => [code, texts[part]]);
  return Object.fromEntries(said.filter(([, text]) => text !== ''));
}

/** What each key of the configuration is for; keys of a list of tables without its number. */
function settings(): Sentences {
  const found: Sentences = {};
  for (const [section, schema] of Object.entries(configSchema.shape)) describe(section, schema, found);
  return found;
}

function describe(key: string, schema: z.ZodType, found: Sentences): void {
  const { description } = describedKey('', schema);
  if (description !== '') found[key] = description;
  const inner = unwrapped(schema);
  const table = listedTable(inner) ?? inner;
  if (!(table instanceof z.ZodObject)) return;
  for (const [name, field] of Object.entries(table.shape)) describe(`${key}.${name}`, field as z.ZodType, found);
}

/** Words that stand in reasons: each is a section. */
const words = Object.fromEntries(Object.entries(WORDS).map(([name, known]) => [name, asThemselves(known)]));

/** What is known by itself: it has no code beside it. */
function asThemselves(texts: readonly string[]): Sentences {
  return Object.fromEntries(texts.map((text) => [text, text]));
}

/** A part of the catalogues, its sections, and the sentence of each code. */
export const relaySentences: Record<string, Record<string, Sentences>> = {
  faults: { problem: problems(), fault: FIELD_FAULTS, query: QUERY_FAULTS },
  findings: { alarm: ALARM_SENTENCES, subject: findings(0), found: findings(1), mend: findings(2) },
  reasons: { reason: REASONS, ...words },
  settings: { setting: settings() },
  register: { said: asThemselves(registerSentences()), store: asThemselves(DATA_KINDS.map(({ store }) => store)) },
  events: { event: { ...MESSAGE_EVENT_TYPES, ...CONTROL_EVENT_TYPES } },
};
