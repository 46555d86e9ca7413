import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { withCrlf } from '../../../test/support/smtp-client.ts';
import { skipWithout, suiteFiles, suitePath } from '../../../test/support/suites.ts';
import { type KeyLookup, type SignatureVerdict, verifyMessage } from './verify.ts';

const NOW = 1_600_000_000;

function lookupIn(zone: Map<string, string[]>): KeyLookup {
  return async (name) => {
    const records = zone.get(name) ?? [];
    if (records.includes('TEMPERROR')) return { kind: 'temporary' };
    if (records.length === 0 || records.includes('PERMERROR')) return { kind: 'none' };
    return { kind: 'found', records };
  };
}

function zoneOf(entries: Iterable<[string, string]>): Map<string, string[]> {
  const zone = new Map<string, string[]>();
  for (const [name, text] of entries) zone.set(name, [...(zone.get(name) ?? []), text]);
  return zone;
}

function told(verdicts: SignatureVerdict[]): string {
  return verdicts.map(({ result }) => result).join(' ');
}

interface ChasquidResult {
  Found: number;
  Results: { State: 'SUCCESS' | 'PERMFAIL' | 'TEMPFAIL'; Domain: string; Selector: string }[];
}

const STATES = { pass: 'SUCCESS', fail: 'PERMFAIL', permerror: 'PERMFAIL', temperror: 'TEMPFAIL' } as const;

function chasquidZone(path: string): Map<string, string[]> {
  if (!existsSync(path)) return new Map();
  const text = readFileSync(path, 'utf8').replaceAll('\\\n', ' ');
  const lines = text.split('\n').filter((line) => line.includes(':'));
  return zoneOf(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]));
}

test('the cases of chasquid', { skip: skipWithout('dkim-chasquid') }, async (t) => {
  let counted = 0;
  for (const path of suiteFiles('dkim-chasquid', (file) => file.endsWith('.msg'))) {
    const base = path.slice(0, -'.msg'.length);
    const message = withCrlf(readFileSync(path));
    const verdicts = await verifyMessage(message, lookupIn(chasquidZone(`${base}.dns`)), { now: NOW });
    // One message is broken as a whole; there the only wish is that nothing passes.
    if (!existsSync(`${base}.result`)) assert.ok(!told(verdicts).includes('pass'), base);
    else {
      const wanted = JSON.parse(readFileSync(`${base}.result`, 'utf8')) as ChasquidResult;
      const given = verdicts.map((verdict) => STATES[verdict.result]);
      assert.deepEqual(
        given,
        wanted.Results.map(({ State }) => State),
        base,
      );
      const named = wanted.Results.map(({ Domain, Selector }) => `${Selector} ${Domain}`);
      assert.deepEqual(
        verdicts.map(({ domain = '', selector = '' }) => `${selector} ${domain}`),
        named,
        base,
      );
    }
    counted++;
  }
  t.diagnostic(`dkim-chasquid: ${counted} cases`);
  assert.equal(counted, 11);
});

const FOOTBALL: [string, string][] = [
  ['brisbane._domainkey.football.example.com', 'v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo='],
];

function example(...parts: string[]): Buffer {
  return readFileSync(suitePath('dkim-rfc-examples', ...parts));
}

function exampleText(...parts: string[]): string {
  return example(...parts)
    .toString('latin1')
    .trim();
}

/** The RFC's own RSA key, in variants right and wrong. */
function footballZone(file: string): Map<string, string[]> {
  return zoneOf([...FOOTBALL, ['test._domainkey.football.example.com', exampleText('dkimpy', file)]]);
}

test('examples of RFC 6376 and RFC 8463', { skip: skipWithout('dkim-rfc-examples') }, async (t) => {
  const gmailKey = exampleText('mimekit', 'gmail.pub')
    .split('\n')
    .filter((line) => !line.startsWith('-'))
    .join('');
  const gmail = zoneOf([['20120113._domainkey.gmail.com', `v=DKIM1; p=${gmailKey}`]]);
  const exim = zoneOf([['sed._domainkey.test.ex', exampleText('dkimpy', 'eximtest.dns')]]);
  const changed = withCrlf(example('mimekit', 'rfc8463-example.msg')).toString('latin1');
  const CASES: [string, Buffer, Map<string, string[]>, string][] = [
    ['RFC 8463 A.3', example('mimekit', 'rfc8463-example.msg'), footballZone('test.txt'), 'pass pass'],
    ['RFC 6376, simple/simple', example('dkimpy', 'rfc6376.signed.msg'), footballZone('test.txt'), 'pass pass'],
    ['k that is not known', example('mimekit', 'rfc8463-example.msg'), footballZone('badk.txt'), 'pass permerror'],
    [
      'v that is not known',
      example('mimekit', 'rfc8463-example.msg'),
      footballZone('badversion.txt'),
      'pass permerror',
    ],
    [
      'a broken key',
      example('mimekit', 'rfc8463-example.msg'),
      footballZone('test_bad.txt'),
      'pass permerror|pass fail',
    ],
    ['a key of TLSRPT', example('mimekit', 'rfc8463-example.msg'), footballZone('test_tlsrpt.txt'), 'pass permerror'],
    ['no k', example('mimekit', 'rfc8463-example.msg'), footballZone('test2.txt'), 'pass pass'],
    ['Exim, Ed25519', example('dkimpy', 'ed25519test2.msg'), exim, 'pass'],
    ['Gmail', example('mimekit', 'gmail.msg'), gmail, 'pass'],
    ['Gmail, no end boundary', example('mimekit', 'multipart-no-end-boundary.msg'), gmail, 'pass'],
    ['degenerate folding', example('dkimpy', 'test2.message'), gmail, 'pass'],
    ['no From', example('dkimpy', 'test_nofrom.message'), new Map(), ''],
    [
      'body changed',
      Buffer.from(changed.replace('hungry', 'thirsty'), 'latin1'),
      footballZone('test.txt'),
      'fail fail',
    ],
    [
      'subject changed',
      Buffer.from(changed.replace('dinner', 'lunch'), 'latin1'),
      footballZone('test.txt'),
      'fail fail',
    ],
    [
      'second From on top',
      Buffer.from(`From: e@vil.test\r\n${changed}`, 'latin1'),
      footballZone('test.txt'),
      'fail fail',
    ],
  ];
  let counted = 0;
  for (const [name, message, zone, wanted] of CASES) {
    const verdicts = await verifyMessage(withCrlf(message), lookupIn(zone), { now: NOW });
    assert.ok(wanted.split('|').includes(told(verdicts)), `${name}: ${JSON.stringify(verdicts)}`);
    counted++;
  }
  t.diagnostic(`dkim-rfc-examples: ${counted} cases`);
});

test('signed mail with its keys', { skip: skipWithout('dkim-rfc-examples') }, async (t) => {
  let counted = 0;
  for (const path of suiteFiles('dkim-rfc-examples/mail-auth', (file) => file.endsWith('.txt'))) {
    const text = readFileSync(path, 'latin1').replaceAll('\r\n', '\n');
    const gap = text.indexOf('\n\n');
    const zone = zoneOf(
      text
        .slice(0, gap)
        .split('\n')
        .map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]),
    );
    const message = withCrlf(Buffer.from(text.slice(gap + 2), 'latin1'));
    const verdicts = await verifyMessage(message, lookupIn(zone), { now: NOW });
    assert.ok(verdicts.length > 0);
    assert.ok(
      verdicts.every(({ result }) => result === 'pass'),
      `${path}: ${JSON.stringify(verdicts)}`,
    );
    counted++;
  }
  t.diagnostic(`mail-auth: ${counted} cases`);
});
