// DKIM as an operator has it: keys made by apply, records published, a rotation that a crash interrupts, a key that is gone.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startSink } from '../../bench/sink.ts';
import { verifyMessage } from '../../src/protocol/dkim/verify.ts';
import { type FakeDns, noDomain, startFakeDns } from '../support/fake-dns.ts';
import { sendOne } from '../support/mail.ts';
import { acmeProvision, type Relay, type RelayPorts, startRelay, type Table } from '../support/relay.ts';
import { temporaryFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

interface Key {
  selector: string;
  state: string;
  fault: string | null;
  record: { name: string; text: string };
}

class World implements AsyncDisposable {
  readonly folder = temporaryFolder('dkim');
  readonly zone = new Map<string, string>();
  readonly arrived: Buffer[] = [];
  dns!: FakeDns;
  sink!: Awaited<ReturnType<typeof startSink>>;
  relay!: Relay;

  async start(ports?: RelayPorts): Promise<void> {
    this.relay = await startRelay(
      {
        folder: this.folder.file('relay'),
        apply: provision({ dkim: true }),
        config: {
          dns: { servers: [`127.0.0.1:${this.dns.endpoint.port}`] },
          dkim: { check_interval: '1s', overlap: '1d' },
          route: [{ domain: '*', hosts: [`127.0.0.1:${this.sink.port}`] }],
          retry: { first: '1s' },
        },
      },
      ports,
    );
  }

  static async open(): Promise<World> {
    const world = new World();
    world.dns = await startFakeDns(({ name, type }) => {
      const text = world.zone.get(name.toLowerCase());
      if (type !== 'TXT' || text === undefined) return [noDomain];
      const strings = text.match(/.{1,200}/g) ?? [];
      return [{ answers: [{ type: 'TXT', name, ttl: 1, data: strings }] }];
    });
    world.sink = await startSink({ port: 0, whole: true, onMessage: (_, content) => world.arrived.push(content) });
    await world.start();
    return world;
  }

  async keys(domain = 'acme.test'): Promise<Key[]> {
    const { stdout } = await this.relay.cli('dkim', 'list', domain, '--json');
    return stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Key);
  }

  async states(domain?: string): Promise<string[]> {
    return (await this.keys(domain)).map(({ state }) => state);
  }

  async publish(): Promise<void> {
    for (const { record } of await this.keys()) this.zone.set(record.name, record.text);
  }

  /** Sends one, and gives it as it arrived. */
  async arrives(from = 'a@acme.test'): Promise<Buffer> {
    const before = this.arrived.length;
    await sendOne(this.relay.ports.outbound, 'b@example.test', { from });
    return until('the message', () => this.arrived[before]);
  }

  async verdicts(content: Buffer): Promise<string> {
    const lookup = async (name: string) => {
      const text = this.zone.get(name);
      return text === undefined ? ({ kind: 'none' } as const) : ({ kind: 'found', records: [text] } as const);
    };
    const found = await verifyMessage(content, lookup, { now: 0 });
    return found.map(({ result, selector }) => `${result} ${selector}`).join(', ');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.relay.stop();
    await this.sink.stop();
    await this.dns[Symbol.asyncDispose]();
    await this.folder[Symbol.asyncDispose]();
  }
}

function provision(more: Table): Table {
  const apply = acmeProvision({ domains: ['fresh.test'] });
  const [customer] = apply['customer'] as [Table];
  const [acme, fresh] = customer['domains'] as [Table, Table];
  Object.assign(acme, more);
  Object.assign(fresh, { dkim: { make: ['ed25519'], published: true } });
  return apply;
}

test('a key that is brought along, one for a stream, one that goes: the verbs of dkim', async () => {
  await using world = await World.open();
  const dkim = (...args: string[]) => world.relay.cli('dkim', ...args);
  const file = world.folder.file('seed');
  writeFileSync(file, randomBytes(32).toString('base64'));
  const imported = await dkim('import', 'acme.test', 'Mine', file, '--published');
  assert.equal(imported.code, 0, imported.stderr);
  assert.match(imported.stdout, /mine of acme\.test \(ed25519\) signs since/);
  assert.match(await world.verdicts(await world.arrives()), /^permerror mine$/, 'by the word of the operator alone');
  const told = await until('the attempt in the trace', async () => {
    const { stdout } = await world.relay.cli('trace', 'to:b@example.test', '--json');
    const id = /"id":"([0-9a-z]+)"/.exec(stdout)?.[1];
    const shown = id === undefined ? '' : (await world.relay.cli('trace', `id:${id}`)).stdout;
    return shown.includes('delivered') ? shown : undefined;
  });
  assert.match(told, /signed with mine\._domainkey\.acme\.test/);
  const made = await dkim(
    'create',
    'acme.test',
    '--stream',
    'bulk',
    '--algorithm',
    'rsa',
    '--selector',
    'b1',
    '--json',
  );
  assert.equal((JSON.parse(made.stdout) as Key).state, 'waiting');
  assert.match(
    (await dkim('show', 'acme.test', 'b1')).stdout,
    /b1\._domainkey\.acme\.test\. IN TXT \( "v=DKIM1; k=rsa; p=/,
  );
  assert.match((await dkim('remove', 'acme.test', 'mine')).stderr, /retire it first/);
  assert.equal((await dkim('retire', 'acme.test', 'mine')).code, 0);
  assert.match((await dkim('retire', 'acme.test', 'mine')).stderr, /only one that signs/);
  assert.equal((await dkim('remove', 'acme.test', 'b1')).code, 0);
  assert.equal((await dkim('show', 'acme.test', 'b1')).code, 1);
  assert.equal((await dkim('check', 'acme.test')).code, 1, 'records are missing');
  assert.equal((await dkim('create', 'nobody.test')).code, 1);
  assert.match((await dkim('import', 'acme.test', 'x', '/dev/null')).stderr, /no private key/);
  assert.equal((await dkim('create', 'acme.test', '--selector', 'x')).code, 2);
  assert.equal(await world.verdicts(await world.arrives()), '', 'nothing signs any more');
});

async function eventually(what: string, look: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + 20_000; !(await look()); await sleep(200)) {
    if (performance.now() > end) throw new Error(`${what} did not come`);
  }
}

test('made by apply, signing once published, rotated over a crash', async () => {
  await using world = await World.open();
  assert.deepEqual(await world.states(), ['waiting', 'waiting']);
  assert.equal(await world.verdicts(await world.arrives()), '', 'not before the records are there');
  await world.publish();
  await eventually('signing keys', async () => (await world.states()).join() === 'active,active');
  const first = (await world.keys()).map(({ selector }) => selector);
  assert.match(await world.verdicts(await world.arrives()), /^pass em\d+e, pass em\d+r$|^pass em\d+r, pass em\d+e$/);
  const rotated = await world.relay.cli('dkim', 'rotate', 'acme.test');
  assert.equal(rotated.code, 0, rotated.stderr);
  assert.match(rotated.stdout, /waits for its record/);
  const { ports } = world.relay;
  await world.relay.kill();
  await world.start(ports);
  assert.deepEqual((await world.states()).sort(), ['active', 'active', 'waiting', 'waiting']);
  await world.publish();
  await eventually(
    'successors',
    async () => (await world.states()).filter((state) => state === 'retiring').length === 2,
  );
  const verdicts = await world.verdicts(await world.arrives());
  assert.match(verdicts, /^pass \S+, pass \S+$/);
  for (const selector of first) assert.ok(!`${verdicts},`.includes(` ${selector},`), 'the old keys sign no more');
  const doctor = await world.relay.cli('doctor', '--json');
  assert.match(doctor.stdout, /4 record\(s\) are those of their keys/);
  const explained = await world.relay.cli('explain', '--ip', '127.0.0.1', '--from', 'a@acme.test', '--to', 'b@x.test');
  assert.match(explained.stdout, /signed {5}with em\d+[re]2\._domainkey\.acme\.test/);
});

test('a key that is gone keeps mail back; a wrong master key keeps the relay from starting', async () => {
  await using world = await World.open();
  assert.deepEqual(await world.states('fresh.test'), ['active']);
  const file = join(world.relay.dataDir, 'control.db');
  const database = new DatabaseSync(file);
  database.exec('pragma busy_timeout = 5000');
  const kept = database.prepare("select id, sealed from dkim_key where domain = 'fresh.test'").get() as {
    id: number;
    sealed: Uint8Array;
  };
  const set = database.prepare('update dkim_key set sealed = ? where id = ?');
  set.run(randomBytes(80), kept.id);
  const count = world.arrived.length;
  const id = await sendOne(world.relay.ports.outbound, 'b@example.test', { from: 'a@fresh.test' });
  await eventually('the deferral', async () =>
    (await world.relay.cli('trace', `id:${id}`, '--json')).stdout.includes('no-signing-key'),
  );
  assert.equal(world.arrived.length, count, 'it did not leave unsigned');
  set.run(kept.sealed, kept.id);
  database.close();
  await world.relay.cli('queue', 'retry', '--all');
  const arrived = await until('the message', () => world.arrived[count], 15_000);
  assert.match(arrived.toString('latin1'), / d=fresh\.test; s=em/);
  const master = join(world.relay.dataDir, 'master.key');
  assert.equal(statSync(master).mode & 0o777, 0o600);
  const right = readFileSync(master);
  const { ports } = world.relay;
  await world.relay.stop();
  writeFileSync(master, randomBytes(32));
  await assert.rejects(world.start(ports), /sealed with another master key; name it in secrets\.master_key_file/);
  writeFileSync(master, right);
  await world.start(ports);
  assert.deepEqual(await world.states('fresh.test'), ['active']);
});
