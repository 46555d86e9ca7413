// A mailbox that was broken into, through the whole relay: slowed, locked, told, unlocked by the command line; the others
// of the same server go on throughout, and nothing is lost.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { acmeProvision, apiGet, type Relay, startRelay } from '../support/relay.ts';
import { type ScriptedReceiver, startReceiver } from '../support/scripted-receiver.ts';
import { SmtpClient } from '../support/smtp-client.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

let folder: TemporaryFolder;
let relay: Relay;
let internet: ScriptedReceiver;

before(async () => {
  folder = temporaryFolder('senders');
  internet = await startReceiver({
    rcpt: (argument) => (/unknown/.test(argument) ? '550 5.1.1 no such user' : '250 2.1.5 Ok'),
  });
  relay = await startRelay({
    folder: folder.path,
    config: { route: [{ domain: '*', hosts: [`127.0.0.1:${internet.port}`], tls: 'none' }] },
    apply: acmeProvision(),
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
