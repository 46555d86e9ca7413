// A relay that has something of everything, for those who look at it: customers in several stages, mail of each fate,
// quarantine, locks, rules, keys, webhooks, jobs, exports, requests, a backup, an alarm. `EMPTY` is a customer that has
// nothing.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addPerson, approvePortal, type Portal } from './browser.ts';
import { createAuthority } from './certificates.ts';
import { acmeProvision, callApi, type RelayOptions, type Table } from './relay.ts';
import type { ScriptedReceiver } from './scripted-receiver.ts';
import { SmtpClient } from './smtp-client.ts';
import { until } from './until.ts';

export const FULL = 'acme';
export const EMPTY = 'empty';
/** Was given notice; is gone, with its certificate. */
export const LEAVING = 'leaving';
export const GONE = 'gone';
export const PEOPLE = {
  customer: 'carl@acme.test',
  /** Sees mail, and none of what is known about colleagues. */
  viewer: 'vera@acme.test',
  ofEmpty: 'emil@empty.test',
  /** Of the operator; sees no mail. */
  officer: 'dora@operator.test',
} as const;

export interface Filled {
  /** `token` of a link that is still written to. */
  onboarding: string;
  records: string;
  share: string;
  /** A message that was delivered, and one in quarantine. */
  message: string;
  rule: string;
}

/** Where a page is: its path with what stands in it filled in, and the token of its link. */
export function addressOf(path: string, filled: Filled): string {
  const samples: Record<string, string> = { customer: FULL, rule: filled.rule, message: filled.message };
  const hashes: Record<string, string> = {
    '/onboarding': filled.onboarding,
    '/onboarding/records': filled.records,
    '/shared/message': filled.share,
  };
  const hash = hashes[path] === undefined ? '' : `#${hashes[path]}`;
  const address = path.replace(/\$(\w+)/g, (_all, name: string) => samples[name] ?? assert.fail(path));
  return `${address}${hash}`;
}

/**
 * How it is started, in `folder`. What is sent to the Internet arrives at `internetPort`; backups are made; its certificate
 * ends so soon that an alarm is on.
 */
export async function filledOptions(folder: string, internetPort: number): Promise<RelayOptions> {
  const at = (name: string) => join(folder, name);
  if (!existsSync(at('backup.key'))) {
    mkdirSync(at('backups'), { recursive: true });
    writeFileSync(at('backup.key'), randomBytes(32), { mode: 0o600 });
    await (await createAuthority(folder)).issue('relay.test', ['relay.test', '127.0.0.1'], 5);
  }
  return {
    folder,
    apply: filledProvision(internetPort),
    listenerTls: 'starttls',
    config: {
      route: [{ domain: '*', hosts: [`127.0.0.1:${internetPort}`], tls: 'none' }],
      retry: { first: '1h', longest: '1h' },
      spf: { include: '_spf.relay.test' },
      backup: { folder: at('backups'), key_file: at('backup.key'), interval: '0s' },
      tls: { certificate: at('relay.test.pem'), key: at('relay.test.key') },
      alarm: { interval: '1s' },
    },
  };
}

/** The apply file of it. */
function filledProvision(mailhostPort: number): Table {
  const acme = acmeProvision({ mailhost: { host: '127.0.0.1', port: mailhostPort }, domains: ['acme.example'] });
  const address = (ip: string, hostname: string): Table => ({ ip, hostname, state: 'active' });
  const bare = (id: string, name: string): Table => ({ id, name, pools: ['standard'], sources: [], mailhosts: [] });
  const customers = [bare(EMPTY, 'Empty GmbH'), bare(LEAVING, 'Leaving & Co.'), bare(GONE, 'Gone Sàrl')];
  return {
    pool: [
      {
        name: 'standard',
        addresses: [address('127.0.0.1', 'out1.relay.test'), address('127.0.0.2', 'out2.relay.test')],
      },
    ],
    customer: [...(acme['customer'] as Table[]), ...customers.map((one) => ({ ...one, domains: [] }))],
  };
}

/** Fills it. What is sent to the Internet arrives at `internet`. */
export async function fillRelay({ relay }: Portal, internet: ScriptedReceiver): Promise<Filled> {
  const make = async (path: string, body: object, method = 'POST'): Promise<Record<string, unknown>> => {
    const answer = await callApi(relay.dataDir, {
      method,
      path: `/api/v1${path}`,
      body,
      headers: { 'if-match': '*' },
    });
    assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.body}`);
    return JSON.parse(answer.body === '' ? '{}' : answer.body) as Record<string, unknown>;
  };
  const read = async <T>(path: string) =>
    JSON.parse((await callApi(relay.dataDir, { path: `/api/v1${path}` })).body) as T;
  await approvePortal(relay, FULL);
  await approvePortal(relay, EMPTY);
  await addPerson(relay, internet, { email: PEOPLE.customer, role: 'customer_administrator', customer: FULL });
  await addPerson(relay, internet, { email: PEOPLE.viewer, role: 'customer_viewer', customer: FULL });
  await addPerson(relay, internet, { email: PEOPLE.ofEmpty, role: 'customer_administrator', customer: EMPTY });
  await addPerson(relay, internet, { email: PEOPLE.officer, role: 'data_protection_officer' });
  const made = await makeThings(make);
  const message = await sendMail(relay, internet);
  const shared = await make(`/trace/messages/${message}/shares`, { hours: 24, subject: true });
  await make('/exports', { query: 'status:delivered' });
  await make('/exports', { customer: FULL });
  await make('/queue/jobs', { query: { destination: 'slow.test' }, verb: 'retry' });
  await endCustomers(make);
  await make('/backups', {});
  const isThere = async () => {
    const { backup, alarms } = await read<{ backup: { last: object | null }; alarms: object[] }>('/health');
    return backup.last !== null && alarms.length > 0 ? true : undefined;
  };
  // A relay with a million messages takes its time over a backup.
  await until('a backup and an alarm', isThere, 300_000);
  return { ...made, message, share: tokenOf(shared) };
}

type Make = (path: string, body: object, method?: string) => Promise<Record<string, unknown>>;

const tokenOf = (made: Record<string, unknown>): string =>
  /[#=]([A-Za-z0-9_-]{20,})/.exec(JSON.stringify(made))?.[1] ?? assert.fail(JSON.stringify(made));

async function makeThings(make: Make): Promise<Pick<Filled, 'onboarding' | 'records' | 'rule'>> {
  const ofFull = `/customers/${FULL}`;
  const board = {
    name: 'Words of the board',
    conditions: [{ on: 'header', name: 'Subject', has: 'board' }],
    actions: [{ do: 'quarantine' }],
  };
  await make('/rules', board);
  const own = { name: 'Large pictures go to the archive', conditions: [{ on: 'size', over: 20_000_000 }] };
  const rule = await make('/rules', { ...own, customer: FULL, actions: [{ do: 'copy', to: 'archive@acme.test' }] });
  await make('/listed-senders', { list: 'block', sender: 'spam@elsewhere.test', note: 'asked for by the board' });
  await make('/listed-senders', { customer: FULL, list: 'allow', sender: '@partner.example' });
  await make(`${ofFull}/suppressions`, {
    entries: [
      { address: 'gone@example.org', note: 'left the company in May' },
      { address: 'a.very.long.name.that.hardly.fits@a-rather-long-domain-name.example', reason: 'complaint' },
    ],
  });
  await make('/dkim/keys', { domain: 'acme.test' });
  await make('/keys', { name: 'Monitoring of the operator', scopes: ['queue:read', 'relay:read'] });
  await make('/keys', { name: 'Shop', scopes: ['messages:read'], customer: FULL });
  await make('/webhooks', { url: 'https://hooks.example.org/mail', customer: FULL, description: 'The shop' });
  await make('/webhooks', { url: 'https://hooks.example.org/a/rather/long/path/for/an/address' });
  await make(`${ofFull}/privacy/requests`, { kind: 'export', address: 'bob@there.test', reason: 'asked by mail' });
  await make(`${ofFull}/senders/sender/${encodeURIComponent('late@acme.test')}/lock`, { reason: 'sends at night' });
  await make(`${ofFull}/contracts`, { number: 'C-2026-17', sla: 'standard', starts: '2026-01-01' });
  await make(`${ofFull}/sources`, { network: '198.51.100.0/24', shared: true });
  const ordered = { name: 'Gamma S.à r.l. — Société de conseil', domain: 'gamma.test', language: 'fr' };
  await make('/customers', { id: 'gamma', ...ordered, invite: false });
  const onboarding = tokenOf(await make('/customers/gamma/links', {}));
  const records = tokenOf(await make('/customers/gamma/links', { kind: 'records' }));
  await make('/customers', { id: 'delta', name: 'Delta AG', invite: false });
  await make('/customers/delta/suspensions', { reason: 'invoices of May and June are open' });
  return { onboarding, records, rule: String(rule['id']) };
}

/** One has a month left, the other is removed. */
async function endCustomers(make: Make): Promise<void> {
  const reason = 'moves its mail elsewhere';
  for (const id of [LEAVING, GONE]) {
    const contacts = [{ name: 'Eve Left', role: 'technical', email: `eve@${id}.test` }];
    await make(`/customers/${id}`, { contacts }, 'PATCH');
    await make(`/customers/${id}/termination`, { reason });
  }
  for (const to of ['deactivated', 'removed']) await make(`/customers/${GONE}/termination/proceed`, { to, reason });
}

const content = (subject: string, body: string) =>
  Buffer.from(`From: Ann <a@acme.test>\r\nTo: <b@there.test>\r\nSubject: ${subject}\r\n\r\n${body}\r\n`);

/** Delivered, refused for good, put off, held, kept in quarantine, refused by us; the id of one that was delivered. */
async function sendMail(relay: Portal['relay'], internet: ScriptedReceiver): Promise<string> {
  await using client = await SmtpClient.connect({ port: relay.ports.outbound });
  await client.hello();
  const send = (to: string, subject: string, from = 'a@acme.test') =>
    client.message({ from, to: [to], content: content(subject, 'Dear Sir or Madam,\r\n\r\nplease find it below.') });
  for (let i = 0; i < 12; i++) await send(`bob${i}@there.test`, `Offer 2026-${i}`);
  const { text } = await send(
    'bob@there.test',
    'A message with a subject that is longer than most of what people write',
  );
  const id = /queued as (\w+)/.exec(text)?.[1] ?? assert.fail(text);
  await relay.settled();
  internet.script = { rcpt: '550 5.1.1 <user> does not live here' };
  for (let i = 0; i < 3; i++) await send(`nobody${i}@old.test`, 'Your order is on its way');
  await relay.settled();
  internet.script = { rcpt: '451 4.7.0 too busy, come again later' };
  for (let i = 0; i < 6; i++) await send(`later${i}@slow.test`, 'Minutes of Thursday');
  await until('the first attempts', async () => ((await relay.counts()).deferred >= 6 ? true : undefined));
  await send('held@slow.test', 'Is to be held');
  await relay.cli('queue', 'hold', 'to:held@slow.test');
  for (let i = 0; i < 3; i++) await send(`board${i}@there.test`, 'board: minutes');
  await client.command('MAIL FROM:<late@acme.test>');
  await client.command('RCPT TO:<b@there.test>');
  await client.command('RSET');
  await client.command('MAIL FROM:<somebody@not-theirs.test>');
  await client.command('RCPT TO:<b@there.test>');
  return id;
}
