// A mailbox that was broken into, through the whole relay: slowed, locked, told, unlocked by the command line; the others
// of the same server go on throughout, and nothing is lost.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createAuthority } from '../support/certificates.ts';
import { skipWithoutPrograms } from '../support/processes.ts';
import { acmeProvision, apiGet, type Relay, startRelay, type Table } from '../support/relay.ts';
import { type ScriptedReceiver, startReceiver } from '../support/scripted-receiver.ts';
import { SmtpClient } from '../support/smtp-client.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

const skipLogin = skipWithoutPrograms(['openssl']);
const LOGINS = ['printer', 'shop'];
const PASSWORD = 'a long enough password';

let folder: TemporaryFolder;
let relay: Relay;
let internet: ScriptedReceiver;

before(async () => {
  folder = temporaryFolder('senders');
  internet = await startReceiver({
    rcpt: (argument) => (/unknown/.test(argument) ? '550 5.1.1 no such user' : '250 2.1.5 Ok'),
  });
  const tls =
    skipLogin === false ? await (await createAuthority(folder.path)).issue('relay', ['relay.test']) : undefined;
  const acme = acmeProvision();
  for (const customer of acme['customer'] as Table[])
    customer['logins'] = LOGINS.map((name) => ({ name, password: PASSWORD }));
  relay = await startRelay({
    folder: folder.path,
    ...(tls !== undefined && { listenerTls: 'starttls' }),
    config: {
      route: [{ domain: '*', hosts: [`127.0.0.1:${internet.port}`], tls: 'none' }],
      ...(tls !== undefined && { tls: { ...tls } }),
    },
    apply: acme,
  });
});

after(async () => {
  await relay?.stop();
  await internet?.close();
  folder?.remove();
});

interface Shown {
  level: string;
  limit?: { until?: string; signs: string[]; by: string };
  habits?: { last_hour: { recipients: number; refused: number } };
}

async function cli(...argv: string[]): Promise<string> {
  const { code, stdout, stderr } = await relay.cli(...argv);
  assert.equal(code, 0, `${argv.join(' ')}: ${stderr}`);
  return stdout;
}

async function shown(kind: string, name: string): Promise<Shown> {
  const { body } = await apiGet(relay.dataDir, `/api/v1/customers/acme/senders/${kind}/${encodeURIComponent(name)}`);
  return JSON.parse(body) as Shown;
}

/** Replies to messages from `from`, one recipient each, over one connection. */
async function send(from: string, recipients: readonly string[]): Promise<number[]> {
  await using client = await SmtpClient.connect({ port: relay.ports.outbound });
  await client.hello();
  const codes: number[] = [];
  for (const to of recipients) {
    const content = Buffer.from(`From: <${from}>\r\nSubject: x\r\n\r\nHello.\r\n`);
    codes.push((await client.message({ from, to: [to], content })).code);
  }
  await client.quit();
  return codes;
}

const many = (count: number, name: (n: number) => string) => Array.from({ length: count }, (_, n) => name(n));

test('a mailbox that was broken into is slowed, then locked; the others of its server go on', async () => {
  const bad = 'bad@acme.test';
  let sent = 0;
  const reached = async (...levels: string[]) => {
    const codes = await send(
      bad,
      many(200, (n) => `${n % 5 === 0 ? 'there' : 'unknown'}${sent + n}@example.org`),
    );
    sent += codes.length;
    assert.ok(codes.every((code) => [250, 450, 550].includes(code)));
    assert.deepEqual(await send('good@acme.test', ['x@example.org']), [250], 'others go on');
    return levels.includes((await shown('sender', bad)).level) ? true : undefined;
  };
  // Where much is said of it within a second it is locked when one looks.
  await until('it is slowed', () => reached('slowed', 'locked'), 60_000);
  assert.ok(sent < 1000, String(sent));
  const slowed = await send(
    bad,
    many(40, (n) => `there${n}@example.org`),
  );
  assert.ok(slowed.includes(450), 'past its small share it is asked to come later');
  assert.ok(slowed.includes(250) || slowed.every((code) => code === 450));
  await until('it is locked', () => reached('locked'), 120_000);
  const { limit } = await shown('sender', bad);
  assert.ok(limit?.until !== undefined && limit.by === 'easymail', `for a while, by itself: ${JSON.stringify(limit)}`);
  assert.ok(limit.signs.includes('refusals'));
  // Of a flood of refusals the trace keeps not each one.
  await until('the trace says why', async () => {
    assert.deepEqual(await send(bad, ['there@example.org']), [450]);
    const { stdout } = await relay.cli('trace', 'status:rejected', 'from:bad@acme.test', '--json');
    return stdout.includes('senderLockedForNow') ? true : undefined;
  });
  assert.equal((await shown('source', '127.0.0.1')).level, 'free', 'one mailbox is not its server');
  assert.deepEqual(await send('good@acme.test', ['x@example.org']), [250]);
  const listed = await cli('sender', 'list', '--customer', 'acme');
  assert.match(listed, /acme +sender +bad@acme\.test +locked/);

  await cli('sender', 'unlock', 'acme', 'sender', bad, '--reason', 'password changed');
  assert.equal((await shown('sender', bad)).level, 'free');
  await until('the threads have heard', async () => (await send(bad, ['there@example.org']))[0] === 250 || undefined);
  const audit = await cli('audit', 'list', '--customer', 'acme', '--json');
  for (const action of ['identity.locked', 'identity.unlocked']) assert.match(audit, new RegExp(action));
  // Notices to its sender wait, since nobody plays its mail host.
  await until('what was taken has left', async () => {
    const { stdout } = await relay.cli('queue', 'list', '--json');
    return stdout.includes('"outbound"') ? undefined : true;
  });
});

/** Logs in, and sends to so many unknown people with another sender each time; gives the codes. */
async function rotate(login: string, first: number, count: number): Promise<number[]> {
  await using client = await SmtpClient.connect({ port: relay.ports.outbound, from: '127.0.0.9' });
  await client.hello();
  await client.startTls();
  await client.expect(235, `AUTH PLAIN ${Buffer.from(`\0${login}\0${PASSWORD}`).toString('base64')}`);
  const codes: number[] = [];
  for (let n = first; n < first + count; n++) {
    const from = `made-up-${login}-${n}@acme.test`;
    const content = Buffer.from(`From: <${from}>\r\nSubject: x\r\n\r\nHello.\r\n`);
    codes.push((await client.message({ from, to: [`unknown-${login}-${n}@example.org`], content })).code);
  }
  await client.quit();
  return codes;
}

test('a login that was taken over, and makes up a sender for each mail, is locked itself; others behind its address go on', {
  skip: skipLogin,
}, async () => {
  let sent = 0;
  await until(
    'the login is locked',
    async () => {
      const codes = await rotate('printer', sent, 200);
      sent += codes.length;
      assert.ok(
        codes.every((code) => [250, 450].includes(code)),
        codes.join(),
      );
      return (await shown('login', 'printer')).level === 'locked' ? true : undefined;
    },
    120_000,
  );
  const { limit } = await shown('login', 'printer');
  assert.ok(limit?.signs.includes('refusals') && limit.until !== undefined, JSON.stringify(limit));
  await until('each thread refuses it', async () => {
    const codes = await rotate('printer', sent, 10);
    sent += codes.length;
    return codes.every((code) => code === 450) ? true : undefined;
  });
  assert.notEqual((await shown('source', '127.0.0.9')).level, 'locked', 'the login is to blame, not its address');
  assert.deepEqual(await rotate('shop', 0, 1), [250], 'another login from there goes on');
  await cli('sender', 'unlock', 'acme', 'login', 'printer', '--reason', 'password changed');
  await until('it goes on', async () => (await rotate('printer', sent++, 1))[0] === 250 || undefined);
});

test('by hand: locked until somebody unlocks, for good in its answer; tolerated, it is not limited', async () => {
  await cli('sender', 'lock', 'acme', 'from', 'Carol@acme.test', '--reason', 'left the company');
  await until('it is refused', async () => {
    await using client = await SmtpClient.connect({ port: relay.ports.outbound });
    await client.hello();
    const content = Buffer.from('From: <carol@acme.test>\r\n\r\nHello.\r\n');
    const reply = await client.message({ from: 'boss@acme.test', to: ['x@example.org'], content });
    return reply.code === 550 && /5\.7\.1/.test(reply.text) ? true : undefined;
  });
  const until2099 = ['--until', '2099-01-01T00:00:00Z'];
  await cli(
    'sender',
    'tolerate',
    'acme',
    'from',
    'carol@acme.test',
    '--reason',
    'she writes our newsletter',
    ...until2099,
  );
  assert.equal((await shown('from', 'carol@acme.test')).level, 'free');
  const past = await relay.cli(
    'sender',
    'lock',
    'acme',
    'from',
    'x@acme.test',
    '--reason',
    'x',
    '--until',
    '2020-01-01T00:00:00Z',
  );
  assert.equal(past.code, 1);
  assert.match(past.stderr, /until/);
});
