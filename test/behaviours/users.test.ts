// From the first start to a second user: the link that the relay prints, people and keys on the command line, and the mail
// of an invitation as it arrives.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Relay, startRelay } from '../support/relay.ts';
import { type ScriptedReceiver, startReceiver } from '../support/scripted-receiver.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

const PASSWORD = 'a sentence of her own';

describe('users of a relay that runs', () => {
  let folder: TemporaryFolder;
  let relay: Relay;
  let internet: ScriptedReceiver;

  before(async () => {
    folder = temporaryFolder('users');
    internet = await startReceiver();
    relay = await startRelay({
      folder: folder.path,
      config: { route: [{ domain: '*', hosts: [`127.0.0.1:${internet.port}`], tls: 'none' }] },
    });
  });
  after(async () => {
    await relay?.stop();
    await internet?.close();
    folder?.remove();
  });

  const json = async (...args: string[]) => {
    const { code, stdout, stderr } = await relay.cli(...args, '--json');
    assert.equal(code, 0, `${args.join(' ')}: ${stderr}${stdout}`);
    const lines = stdout.split('\n').filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  };
  const post = (path: string, body: unknown) =>
    fetch(`http://127.0.0.1:${relay.ports.http}/api/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const withKey = async (key: unknown) => {
    const headers = { authorization: `Bearer ${String(key)}` };
    return (await fetch(`http://127.0.0.1:${relay.ports.http}/api/v1/queue`, { headers })).status;
  };

  test('the first start prints a link, and only on the terminal; a newer one makes it void', async () => {
    const line = await relay.running.waitForLine(/#first=/);
    const printed = /^ {2}http:\/\/localhost:8025\/#first=([\w-]{43})$/.exec(line)?.[1] ?? '';
    assert.ok(printed !== '', line);
    assert.equal(relay.running.output().split(printed).length, 2, 'it is printed once, and in no line of the log');
    const [{ link } = {}] = await json('user', 'invite', '--first');
    const token = String(link).split('=')[1] ?? '';
    const given = { password: PASSWORD, email: 'Anna@example.lu', name: 'Anna', language: 'de' };
    assert.equal((await post('/invitations/redeem', { ...given, token: printed })).status, 410);
    const redeemed = await post('/invitations/redeem', { ...given, token });
    assert.equal(redeemed.status, 200);
    assert.match(redeemed.headers.get('set-cookie') ?? '', /HttpOnly/);
    const again = await relay.cli('user', 'invite', '--first');
    assert.deepEqual([again.code, /administrator already/.test(again.stderr)], [1, true]);
  });

  test('an invitation arrives by mail in the language of the person, and lets it in', async () => {
    const [invited] = await json('user', 'invite', 'ben@example.lu', '--role', 'auditor', '--language', 'fr');
    assert.deepEqual([invited?.['state'], invited?.['mailed']], ['invited', true]);
    const mail = await until('the mail', () =>
      internet.messages.find(({ rcpts }) => rcpts.join(' ').includes('ben@example.lu')),
    );
    const text = mail.content.replaceAll('=\r\n', '').replaceAll('=3D', '=');
    const token = /#invitation=([\w-]{43})/.exec(text)?.[1];
    assert.ok(token !== undefined, text);
    assert.match(text, /Bonjour/);
    assert.equal((await post('/invitations/redeem', { token, password: PASSWORD })).status, 200);
    const [shown] = await json('user', 'show', 'BEN@example.lu');
    assert.deepEqual([shown?.['state'], shown?.['language']], ['active', 'fr']);
    assert.equal((await json('session', 'list', 'ben@example.lu')).length, 1);
    assert.deepEqual(await json('session', 'end', 'ben@example.lu'), [{ ended: 1 }]);
  });

  test('verbs change and remove users, and say what is not possible', async () => {
    assert.deepEqual(
      (await json('user', 'list')).map(({ email }) => email),
      ['Anna@example.lu', 'ben@example.lu'],
    );
    assert.match((await relay.cli('user', 'list')).stdout, /Anna@example.lu +administrator/);
    const [changed] = await json('user', 'change', 'ben@example.lu', '--role', 'mail_engineer', '--name', 'Ben');
    assert.deepEqual([changed?.['role'], changed?.['name']], ['mail_engineer', 'Ben']);
    assert.equal((await json('user', 'disable', 'ben@example.lu'))[0]?.['state'], 'disabled');
    assert.equal((await json('user', 'enable', 'ben@example.lu'))[0]?.['state'], 'active');
    const last = await relay.cli('user', 'remove', 'anna@example.lu');
    assert.deepEqual([last.code, /last administrator/.test(last.stderr)], [1, true]);
    assert.equal((await relay.cli('user', 'show', 'nobody@example.lu')).code, 1);
    assert.equal((await relay.cli('user', 'invite')).code, 2);
    assert.equal((await relay.cli('user', 'invite', 'x@example.lu')).code, 2);
    assert.equal((await relay.cli('user', 'invite', 'no address', '--role', 'auditor')).code, 1);
    assert.equal((await json('user', 'reset-factors', 'ben@example.lu')).length, 1);
    assert.equal((await json('user', 'remove', 'ben@example.lu')).length, 1);
    assert.equal((await json('user', 'list')).length, 1);
  });

  test('keys are made, used and revoked', async () => {
    const [made] = await json('key', 'make', 'monitoring', '--scope', 'relay:read', '--network', '127.0.0.0/8');
    assert.equal(await withKey(made?.['key']), 200);
    assert.match((await relay.cli('key', 'list')).stdout, /monitoring/);
    assert.ok(!(await relay.cli('key', 'list', '--json')).stdout.includes(String(made?.['key'])));
    assert.equal((await relay.cli('key', 'make', 'x', '--scope', 'root')).code, 1);
    assert.equal((await relay.cli('key', 'make', 'x')).code, 2);
    assert.equal((await json('key', 'revoke', String(made?.['id'])))[0]?.['state'], 'revoked');
    assert.equal(await withKey(made?.['key']), 401);
  });

  test('neither password nor key is anywhere in the data folder, and the audit knows who did what', async () => {
    const [made] = await json('key', 'make', 'second', '--scope', 'relay:read');
    const kept = readdirSync(relay.dataDir)
      .filter((name) => name.startsWith('control.db'))
      .map((name) => readFileSync(join(relay.dataDir, name)));
    for (const secret of [PASSWORD, String(made?.['key'])]) {
      assert.ok(
        kept.every((file) => !file.includes(secret)),
        secret,
      );
    }
    assert.ok(!relay.running.output().includes(PASSWORD));
    const answer = await relay.cli('audit', 'verify');
    assert.equal(answer.code, 0, answer.stderr);
  });
});
