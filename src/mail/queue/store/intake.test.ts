import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outcomes, sampleMessage, settlementOf } from '../testing/queue-samples.ts';
import { type AskedSettlement, Intake } from './intake.ts';

test('outcomes that bring content with them are bounded by its octets, and keep their order', () => {
  const intake = new Intake();
  const bytes = new Uint8Array(3 * 1024 ** 2);
  for (let key = 1; key <= 5; key++) {
    const messages = [sampleMessage({ body: { kind: 'inline', bytes } })];
    const settlement = settlementOf(sampleMessage(), { row: key }, outcomes.delivered, { messages });
    intake.settle({ client: 'relay', key, settlement } as Partial<AskedSettlement> as AskedSettlement);
  }
  const taken: number[][] = [];
  while (!intake.isEmpty) taken.push(intake.takeSettlements().map(({ key }) => key));
  assert.deepEqual(taken, [[1, 2], [3, 4], [5]]);
});
