import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ControlWorld } from '../../../test/support/control.ts';
import type { CustomerId } from '../../mail/message.ts';
import type { Reader } from '../../mail/trace/reader.ts';
import { exportAddress, exportPath } from './export-address.ts';

const world = new ControlWorld();
after(() => world.end());

const DEFERRED = {
  type: 'message.recipient.deferred',
  id: 'aaaaaaaaaaaaaaaaa',
  customer: 'acme',
  index: 0,
  recipient: 'bob@globex.test',
  cause: { from: 'remote', stage: 'rcpt', host: 'inner.globex.test', reply: { code: 450, text: 'inner is busy' } },
  attempt: { number: 1, at: 1, durationMs: 1, host: 'inner.globex.test', mailHostOf: 'globex', conversation: [] },
};

test('an export holds messages of the very customer, and nothing of the mail host of another', async () => {
  const asked: unknown[] = [];
  const reader: Pick<Reader, 'search' | 'traceShow'> = {
    search: async (_query, page) => {
      asked.push(page.sight);
      return { kind: 'ok', value: { entries: [{ id: DEFERRED.id } as never] } };
    },
    traceShow: async () => ({ kind: 'ok', value: { entry: {}, events: [DEFERRED] } as never }),
  };
  const folder = join(world.folder, 'exports');
  const about = { request: 'prq_1', customer: 'acme' as CustomerId, address: 'bob@globex.test' };
  const named = { key: Buffer.alloc(32), hashes: new Map() } as never;
  const parts = { database: world.control.database, reader: reader as Reader, knownRecipients: () => [], folder };
  const found = await exportAddress(parts, { ...about, named });
  assert.deepEqual(found, { message: 1 });
  assert.deepEqual(asked, [{ customer: 'acme' }], 'a search knows no upper case: "ACME" would be found too');
  const text = readFileSync(exportPath(folder, 'prq_1'), 'utf8');
  assert.match(text, /bob@globex\.test/);
  assert.doesNotMatch(text, /inner/);
});
