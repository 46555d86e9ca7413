import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestLog } from '../../platform/log.ts';
import { templates } from '../notices/catalogue.ts';
import type { NoticeValues } from '../notices/kinds.ts';
import type { Notices } from '../notices/notices.ts';
import { renderNotice } from '../notices/render.ts';
import type { Answer } from './requests.ts';
import type { PrivacyRequestRow } from './tables.ts';
import { tellAnswered } from './tell-answered.ts';

const ROW: PrivacyRequestRow = {
  id: 'prq_1',
  customer: 'acme',
  kind: 'export',
  address: 'bob@example.org',
  mark: 'm',
  reason: 'r',
  suppression: 'keep',
  tell: 'admin@acme.test',
  language: 'en',
  state: 'running',
  who: 'admin@acme.test',
  asked_at: 1,
  completed_at: null,
  found: null,
  expires_at: null,
  fault: null,
};
const ANSWERS: Answer[] = [
  { state: 'completed', found: {} },
  { state: 'waiting', found: {} },
  { state: 'failed', fault: 'x' },
];

async function told(
  row: PrivacyRequestRow,
  answer: Answer,
  fails = false,
): Promise<NoticeValues['privacy_answered'][]> {
  const all: NoticeValues['privacy_answered'][] = [];
  const tell = async (_kind: string, _to: unknown, values: NoticeValues['privacy_answered']) => {
    if (fails) throw new Error('the queue does not take it');
    all.push(values);
    return { kind: 'withheld' };
  };
  const notices = { tell } as unknown as Notices;
  const config = () => ({ http: { url: 'https://relay.test' } }) as never;
  await tellAnswered({ notices, config, log: createTestLog() }, row, answer);
  return all;
}

test('who asked is told in the own language, without the address', async () => {
  for (const language of ['en', 'de', 'fr'] as const) {
    for (const kind of ['export', 'erasure'] as const) {
      for (const answer of ANSWERS) {
        const [values] = await told({ ...ROW, language, kind }, answer);
        assert.ok(values);
        const shown = { language, operator: 'Telecom', hostname: 'relay.test', timeZone: 'UTC' };
        const written = JSON.stringify(renderNotice(templates.privacy_answered, values, shown));
        assert.match(written, /https:\/\/relay\.test\/privacy\/requests\/prq_1/);
        assert.doesNotMatch(written, /bob@|undefined/);
      }
    }
  }
});

test('nobody is told where nobody is known; a mail that fails does no harm', async () => {
  assert.deepEqual(await told({ ...ROW, tell: null }, { state: 'completed', found: {} }), []);
  assert.deepEqual(await told(ROW, { state: 'completed', found: {} }, true), []);
});
