// Every verb of the command line, as a program of its own, against a relay that runs; and what it says where none does.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { stringify } from 'smol-toml';
import { readDocument } from '../../src/control/apply/read-document.ts';
import { parseConfig } from '../../src/platform/config/load.ts';
import { type Finished, run } from '../support/processes.ts';
import { acmeProvision, type Relay, startRelay } from '../support/relay.ts';
import { type ScriptedReceiver, startReceiver } from '../support/scripted-receiver.ts';
import { SmtpClient } from '../support/smtp-client.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

const program = resolve(import.meta.dirname, '../../bin/easymail');
const easymail = (...args: string[]) => run(program, args, { env: { EASYMAIL_CONFIG: '' } });

function lines(finished: Finished): Record<string, unknown>[] {
  return finished.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('command line against a relay', () => {
  let folder: TemporaryFolder;
  let relay: Relay;
  let internet: ScriptedReceiver;

  before(async () => {
    folder = temporaryFolder('cli');
    internet = await startReceiver({ rcpt: (to) => (to.includes('busy') ? '451 4.2.1 later' : '250 ok') });
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
    const finished = await relay.cli(...args, '--json');
    assert.equal(finished.code, 0, finished.stderr);
    return lines(finished);
  };
  const send = async (to: string): Promise<string> => {
    await using client = await SmtpClient.connect({ port: relay.ports.outbound });
    await client.hello();
    const content = Buffer.from('From: a@acme.test\r\nSubject: hello\r\n\r\nHello.\r\n');
    const reply = await client.message({ from: 'a@acme.test', to: [to], content });
    await client.quit();
    return /queued as (\S+)/.exec(reply.text)?.[1] ?? reply.text;
  };

  test('apply says what changed, once', async () => {
    const file = folder.file('provision.toml');
    const tables = acmeProvision({ domains: ['second.test'] });
    writeFileSync(file, stringify(tables));
    const dry = await relay.cli('apply', file, '--dry-run');
    assert.match(dry.stdout, /changed customer acme\n {4}domain second\.test added\nwould change 1, unchanged 1\n$/);
    assert.match((await relay.cli('apply', file)).stdout, /\nchanged 1, unchanged 1\n$/);
    assert.equal((await relay.cli('apply', file)).stdout, 'changed 0, unchanged 2\n');
    const [again] = await json('apply', file);
    assert.deepEqual(again, { dry_run: false, changes: [], unchanged: 2, warnings: [] });
    writeFileSync(file, '[[customer]]\nid = "other"\ndomains = [{ name = "acme.test" }]\n');
    const refused = await relay.cli('apply', file);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /line 3: customer\.0\.domains "acme\.test" belongs to customer "acme"/);
  });

  test('queue: counts, list, show, hold, release, retry, reroute, remove', async () => {
    const id = await send('bob@busy.test');
    await until('the recipient to be deferred', async () => (await json('queue'))[0]?.['deferred'] === 1);
    const [entry] = await json('queue', 'list', 'to:@busy.test');
    assert.equal(entry?.['id'], id);
    assert.equal(entry?.['status'], 'deferred');
    assert.match(
      (await relay.cli('queue', 'list')).stdout,
      new RegExp(`${id} +acme +deferred +a@acme\\.test +bob@busy\\.test`),
    );
    assert.match((await relay.cli('queue', 'show', id)).stdout, /bob@busy\.test/);
    assert.match((await relay.cli('queue', 'hold', id, '--note', 'a look')).stdout, /^hold: 1 recipient/);
    assert.equal((await json('queue'))[0]?.['held'], 1);
    assert.match((await relay.cli('queue', 'release', `id:${id}`)).stdout, /^release: 1 recipient/);
    assert.match((await relay.cli('queue', 'retry', 'customer:acme')).stdout, /^retry: \d recipient/);
    await until('the attempt to end', async () => (await json('queue'))[0]?.['deferred'] === 1);
    assert.equal((await json('queue', 'remove', id))[0]?.['changed'], 1);
    assert.equal((await relay.cli('queue', 'show', id)).code, 1);
    assert.deepEqual(await json('queue', 'list'), []);
  });

  test('trace: by words and by id; nothing found is 1', async () => {
    const id = await send('eve@example.org');
    const found = await until('the trace to know it', async () => {
      const finished = await relay.cli('trace', 'to:eve@example.org', 'status:delivered', '--json');
      return finished.code === 0 ? lines(finished) : undefined;
    });
    assert.equal(found[0]?.['id'], id);
    assert.match((await relay.cli('trace', `id:${id}`)).stdout, /RCPT TO:<eve@example\.org>.*->\s+250 ok/);
    const [whole] = await json('trace', `id:${id}`);
    assert.ok(Array.isArray(whole?.['events']));
    assert.equal(whole['events'].length, 2);
    assert.equal((await relay.cli('trace', 'to:nobody@nowhere.test')).code, 1);
    assert.equal((await relay.cli('trace', 'id:zzzzzzzzzzzzzzzzz')).code, 1);
  });

  test('explain: route, pool and address, or the refusal', async () => {
    const ok = await relay.cli('explain', '--ip', '127.0.0.1', '--from', 'a@acme.test', '--to', 'b@example.org');
    assert.match(
      ok.stdout,
      /customer {3}acme, outbound, stream business\n.*\nroute {6}route \*.*\nhost .*\naddress {4}127\.0\.0\.1 as out1\.relay\.test, pool standard\n$/s,
    );
    const [refused] = await json('explain', '--ip', '192.0.2.1', '--from', 'a@acme.test', '--to', 'b@example.org');
    assert.equal(refused?.['verdict'], 'refused');
    assert.match(JSON.stringify(refused), /550 5\.7\.1/);
    const bad = await relay.cli('explain', '--ip', 'x', '--from', 'a@acme.test', '--to', 'b');
    assert.equal(bad.code, 1);
    assert.match(bad.stderr, / {2}ip must be .*\n {2}to must be/s);
  });

  test('queue suspend and resume: the customer is refused, then taken', async () => {
    assert.equal(
      (await relay.cli('queue', 'suspend', 'acme', '--reason', 'test')).stdout,
      'customer acme is suspended\n',
    );
    assert.match(await send('x@example.org'), /^550 5\.7\.1/);
    assert.equal((await relay.cli('queue', 'resume', 'acme')).code, 0);
    assert.match(await send('x@example.org'), /^[0-9a-v]{17}$/);
    assert.equal((await relay.cli('queue', 'suspend', 'nobody')).code, 1);
  });

  test('status, settings, parts of the queue, and one message of it', async () => {
    const ids = [await send('one@busy.test'), await send('two@busy.test')];
    await until('the recipients to be deferred', async () => (await json('queue'))[0]?.['deferred'] === 2);
    const status = await relay.cli('status');
    assert.match(status.stdout, /^relay {7}\S+, version \S+, ready since /);
    assert.match(status.stdout, /^queue {7}0 queued, 2 deferred, 0 held/m);
    assert.equal(status.code, /^alarm /m.test(status.stdout) ? 1 : 0);
    const settings = await relay.cli('settings', 'route', '--set');
    assert.match(settings.stdout, /^route\.0\.domain = "?\*"? {2}# line \d+\n/);
    assert.equal((await relay.cli('settings', 'rout')).code, 1);
    const [group] = await json('queue', 'groups', 'destination');
    assert.equal(group?.['recipients'], 2);
    const first = await relay.cli('queue', 'list', '--limit', '1');
    assert.match(first.stderr, /only the first 1 are shown/);
    const content = await relay.cli('queue', 'content', String(ids[0]), '--reason', 'asked by its sender');
    assert.match(content.stdout, /^Subject: hello$/m);
    await relay.cli('queue', 'remove', 'to:@busy.test');
  });

  test('doctor sees the running relay', async () => {
    const finished = await relay.cli('doctor', '--json');
    const findings = lines(finished);
    const of = (subject: string) => findings.find((finding) => finding['subject'] === subject);
    assert.equal(of(`port 127.0.0.1:${relay.ports.outbound}`)?.['found'], 'answers');
    assert.equal(of('data folder')?.['state'], 'ok');
    assert.equal(finished.code, findings.some((finding) => finding['state'] === 'fault') ? 1 : 0);
  });

  test('drain takes no new mail, and the relay ends', async () => {
    assert.match((await relay.cli('drain')).stdout, /^no new mail is taken/);
    const { code } = await relay.running.exited;
    assert.equal(code, 0);
    const finished = await relay.cli('queue');
    assert.equal(finished.code, 1);
    assert.match(finished.stderr, /the relay is not running/);
  });
});

describe('command line without a relay', () => {
  test('usage is 2 and says what there is', async () => {
    for (const args of [
      [],
      ['frobnicate'],
      ['apply'],
      ['queue', 'list', 'colour:red'],
      ['queue', 'remove'],
      ['trace'],
      ['explain', '--ip', '1.2.3.4'],
      ['queue', 'list', '--limit', '0'],
      ['apply', '/no/such/file'],
    ]) {
      const finished = await easymail(...args);
      assert.equal(finished.code, 2, `${args.join(' ')}: ${finished.stderr}`);
      assert.notEqual(finished.stderr, '');
    }
    const help = await easymail('--help');
    assert.equal(help.code, 0);
    for (const verb of ['start', 'init', 'apply', 'queue', 'trace', 'explain', 'doctor', 'drain'])
      assert.match(help.stdout, new RegExp(`^  ${verb} `, 'm'));
  });

  test('a faulty configuration lists all its faults and is 2, for every verb', async () => {
    await using folder = temporaryFolder('cli-faulty');
    const file = folder.file('easymail.toml');
    writeFileSync(
      file,
      '[node]\nhostname = "no host"\ndata_dir = "x"\n[[listener]]\naddress = "nowhere"\nroles = ["all"]\n[delivery]\nport = 0\n',
    );
    for (const args of [['queue'], ['start'], ['trace', 'x'], ['drain']]) {
      const { code, stderr, stdout } = await easymail(...args, '--config', file);
      assert.equal(code, 2, String(args[0]));
      for (const fault of [
        ':2: node.hostname',
        ':5: listener.0.address',
        ':6: listener.0.roles',
        ':8: delivery.port',
      ]) {
        assert.ok(`${stderr}${stdout}`.includes(fault), `${args[0]}: ${fault} in ${stderr}${stdout}`);
      }
    }
    const doctor = await easymail('doctor', '--config', file);
    assert.equal(doctor.code, 1);
    assert.match(doctor.stdout, /fault configuration: .*:8: delivery\.port/);
  });

  test('init writes two files that the relay understands, and overwrites nothing', async () => {
    await using folder = temporaryFolder('cli-init');
    const made = await easymail('init', folder.file('new'));
    assert.equal(made.code, 0, made.stderr);
    const config = parseConfig(readFileSync(folder.file('new', 'easymail.toml'), 'utf8'));
    assert.ok(config.ok, JSON.stringify(config));
    const document = readDocument(readFileSync(folder.file('new', 'apply.toml'), 'utf8'));
    assert.ok(document.ok, JSON.stringify(document));
    assert.equal(statSync(folder.file('new', 'apply.toml')).mode & 0o777, 0o600, 'it may hold passwords');
    writeFileSync(folder.file('new', 'easymail.toml'), 'mine');
    assert.equal((await easymail('init', folder.file('new'))).code, 1);
    assert.equal(readFileSync(folder.file('new', 'easymail.toml'), 'utf8'), 'mine');
  });

  test('doctor works while the relay is stopped: ports, folder, DNS, certificates', async () => {
    await using folder = temporaryFolder('cli-doctor');
    const file = folder.file('easymail.toml');
    const taken = await startReceiver();
    writeFileSync(
      file,
      stringify({
        node: { hostname: 'relay.test', data_dir: join(folder.path, 'data') },
        listener: [
          { address: `127.0.0.1:${taken.port}`, roles: ['outbound'], tls: 'starttls' },
          { address: '127.0.0.1:0', roles: ['inbound'], tls: 'none' },
        ],
        tls: { certificate: folder.file('none.pem'), key: folder.file('none.key') },
        http: { address: '127.0.0.1:0' },
        dns: { servers: ['127.0.0.1:9'], timeout: '300ms' },
      }),
    );
    const finished = await easymail('doctor', '--config', file);
    await taken.close();
    assert.equal(finished.code, 1);
    assert.match(finished.stdout, /fault port 127\.0\.0\.1:\d+: is used by another program\n {6}stop it/);
    assert.match(finished.stdout, /fault dns server 127\.0\.0\.1:9: does not answer/);
    assert.match(finished.stdout, /fault .*none\.pem: cannot be used/);
    assert.match(finished.stdout, /ok {4}data folder: .* will be made/);
    assert.ok(!existsSync(join(folder.path, 'data')), 'doctor changes nothing');
  });
});
