import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { stringify } from 'csv-stringify/sync';
import * as fc from 'fast-check';
import type { CustomerId } from '../../mail/message.ts';
import { Problem } from '../api/problem.ts';
import { readCsv } from './read-csv.ts';
import { problemOf } from './testing/problem-of.ts';
import { CustomerWorld, OPERATOR } from './testing/world.ts';

async function rowsOf(text: string): Promise<string[][]> {
  const rows: string[][] = [];
  for await (const { cells } of readCsv(text)) rows.push(cells);
  return rows;
}

describe('CSV', () => {
  test('what a spreadsheet writes is read: BOM, semicolons, quotes, line ends inside of quotes', async () => {
    const text = '\ufeffname;note\r\n"Acme; Sons";"says ""hi"""\r\n\r\n;\r\n"two\r\nlines";x\r\n';
    assert.deepEqual(await rowsOf(text), [
      ['name', 'note'],
      ['Acme; Sons', 'says "hi"'],
      ['two\r\nlines', 'x'],
    ]);
    assert.deepEqual(await rowsOf('a,b\n1,2'), [
      ['a', 'b'],
      ['1', '2'],
    ]);
    assert.deepEqual(await rowsOf('a\tb\n'), [['a', 'b']]);
    assert.deepEqual(await rowsOf(''), []);
    await problemOf(rowsOf('name\n"never closed\n'), 422);
  });

  test('every table that is written is read again, whatever stands in it', async () => {
    const cell = fc.string({ maxLength: 12 }).map((text) => text.trim());
    const table = fc.array(fc.tuple(fc.constant('x'), cell, cell), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(table, fc.constantFrom(',', ';'), async (rows, delimiter) => {
        const text = stringify([['a', 'b', 'c'], ...rows], { delimiter, quoted: true });
        assert.deepEqual((await rowsOf(text)).slice(1), rows);
      }),
      { numRuns: 200 },
    );
  });

  test('any text is read, or refused as no CSV', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: fc.constantFrom('a', '"', ';', ',', '\n', '\r', '\t', ' ', '\ufeff'), maxLength: 60 }),
        async (text) => {
          await rowsOf(text).catch((error: unknown) => assert.ok(error instanceof Problem, String(error)));
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('import', () => {
  let w: CustomerWorld;
  beforeEach(() => {
    w = new CustomerWorld();
  });
  afterEach(() => w.end());
  const imported = (text: string, dryRun = false, invite = false) =>
    w.customers.importOrders(OPERATOR, text, { dryRun, invite });

  const HEAD =
    'Name;Domain;Contract number;SLA;Contract starts;Subscription kind;Subscription reference;Subscription since;Contact name;Contact email\n';

  test('orders of a file become customers, with links where they are asked for', async () => {
    const file = `${HEAD}"Müller; Sons";Müller.test;C-1;standard;2026-12-01;internet;I-1;2020-01-01;Ann;ann@m.test\nBeta;;;;;;;;;\n`;
    const { customers } = await imported(file, false, true);
    assert.deepEqual(
      customers.map(({ id, line }) => [id, line]),
      [
        ['muller-sons', 2],
        ['beta', 3],
      ],
    );
    assert.match(customers[0]?.url ?? '', /#[\w-]{43}$/);
    const id = 'muller-sons' as CustomerId;
    assert.equal(await w.customers.stage(id), 'invited');
    assert.equal((await w.customers.get(id))?.domain, 'xn--mller-kva.test');
    assert.equal((await w.customers.contracts.subscriptions(id))[0]?.reference, 'I-1');
    assert.equal((await w.customers.get(id))?.contacts[0]?.email, 'ann@m.test');
  });

  test('a dry run lists every row’s faults and changes nothing; nor does a file with faults', async () => {
    await w.order({ id: 'taken' as CustomerId });
    const file = [
      'id,name,domain,pools,language,sla',
      'taken,Acme,,,,',
      'b,,nonsense name,,xx,',
      'c,Gamma,g.test,nowhere,,',
      'c,Gamma,g.test,,,gold',
      'd,Delta,,,,,,,',
      'e,Fine,,,en,',
    ].join('\n');
    const dry = await imported(file, true);
    const faults = dry.faults.map(({ line, field }) => `${line} ${field}`);
    assert.deepEqual(faults, [
      '2 id',
      '3 name',
      '3 language',
      '3 domain',
      '4 pools.0',
      '5 contract_number',
      '5 contract_starts',
      '6 row',
    ]);
    assert.deepEqual(
      dry.customers.map(({ id }) => id),
      ['e'],
    );
    const problem = await problemOf(imported(file), 422);
    assert.equal(problem.errors.length, faults.length);
    assert.equal((await w.customers.list({ limit: 10 })).length, 1);
  });

  test('columns that nobody knows are refused', async () => {
    const problem = await problemOf(imported('name,colour,colour\nAcme,red,red\n'), 422);
    assert.deepEqual(
      problem.errors.map(({ field }) => field),
      ['colour', 'colour'],
    );
    await problemOf(imported('id\nx\n'), 422);
    await problemOf(imported(''), 422);
  });

  test('a list of recipients becomes what the file says, or grows by it', async () => {
    const domains = [{ name: 'acme.test', verified: true, outbound: false }];
    await w.apply({ customer: [{ id: 'acme', domains, recipient_check: 'list', recipients: ['old@acme.test'] }] });
    const acme = 'acme' as CustomerId;
    const list = (text: string, mode: 'replace' | 'add', dryRun = false) =>
      w.customers.importRecipients(OPERATOR, acme, { text, mode, dryRun });
    const knows = (address: string) => w.control.directory.recipient(address) === acme;
    const bad = await list(
      'name;address\nAnn;Ann@Acme.test\nBob;nobody\nAnn;ann@acme.test\nX;x@other.test\n',
      'add',
      true,
    );
    assert.deepEqual(
      bad.faults.map(({ line }) => line),
      [3, 4, 5],
    );
    assert.deepEqual([bad.rows, bad.added, bad.removed], [4, 2, 0]);
    assert.ok(!knows('ann@acme.test'));
    await problemOf(list('x@other.test\n', 'add'), 422);
    await list('Ann@Acme.test\n@acme.test\n', 'add');
    assert.ok(knows('ann@acme.test') && knows('@acme.test') && knows('old@acme.test'));
    const replaced = await list('\ufeffaddress\nann@acme.test\n', 'replace');
    assert.deepEqual([replaced.added, replaced.removed], [0, 2]);
    assert.ok(knows('ann@acme.test') && !knows('old@acme.test'));
    await w.customers.holdings.removeDomain(OPERATOR, acme, 'acme.test');
    assert.ok(!knows('ann@acme.test'), 'addresses go with their domain');
  });
});
