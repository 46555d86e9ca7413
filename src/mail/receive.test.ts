import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import test from 'node:test';
import { temporaryFolder } from '../../test/support/temp.ts';
import { until } from '../../test/support/until.ts';
import { parseAddress } from '../protocol/smtp/address.ts';
import type { SessionView } from './accept/handler.ts';
import { type NamedReply, replies } from './accept/replies.ts';
import { buildDirectoryBase, openDirectory } from './authorise/directory-index.ts';
import { PLAIN_SETTINGS } from './authorise/testing/plain-settings.ts';
import type { Check } from './inspect/inspection.ts';
import type { CustomerId } from './message.ts';
import { openBodyStore, prepareBodyFolders } from './queue/body-store.ts';
import type { NewMessage } from './queue/queue.ts';
import { createReceiver, type ReceiveOptions } from './receive.ts';
import { createReturns } from './returns.ts';
import { plainReceiveOptions } from './testing/receive-options.ts';

const acme = 'acme' as CustomerId;
const directory = openDirectory(
  buildDirectoryBase({
    customers: [
      {
        id: acme,
        name: 'Acme',
        state: 'live',
        pools: [],
        streams: [],
        mailhosts: [],
        ...PLAIN_SETTINGS,
      },
    ],
    domains: [{ name: 'acme.test', customer: acme, outbound: true, inbound: true, subdomains: false, verified: true }],
    sources: [
      { network: '127.0.0.2/32', customer: acme },
      { network: '127.0.0.3/32', customer: acme, shared: { kind: 'login' } },
    ],
    grants: [],
    logins: [],
    pools: [],
  }),
);

const customers: SessionView['listener'] = { address: '127.0.0.1:25', roles: ['outbound'] };

function receiver(more: Partial<ReceiveOptions>, ip = '127.0.0.2', listener = customers) {
  const kept: NewMessage[] = [];
  const handler = createReceiver({
    ...plainReceiveOptions(kept),
    directory,
    returns: createReturns({
      config: {
        node: { hostname: 'relay.test', data_dir: '', id: 0 },
        bounces: { valid_for: 14 * 86_400_000 },
        operator: { postmaster: [], names: [] },
      },
      directory,
      key: new Uint8Array(32),
      now: () => 1_795_310_305_000,
      accepted: () => undefined,
    }),
    recipients: { check: () => undefined, learn: () => {} },
    now: () => 1_795_310_305_000,
    senders: { refusal: () => undefined, received: () => {}, outcome: () => {}, close: () => {} },
    ...more,
  });
  const view: SessionView = {
    ip,
    port: 1,
    listener,
    helo: 'client.test',
    esmtp: true,
    login: undefined,
    tls: undefined,
  };
  const connected = handler.connect(view);
  assert(!(connected instanceof Promise) && connected.kind === 'take');
  return { kept, session: connected.session, connected };
}

const parameters = { size: undefined, eightBit: false, smtpUtf8: false };
const header = Buffer.from('From: a@acme.test\r\nSubject: hi\r\n\r\n');

function begin(session: ReturnType<typeof receiver>['session']) {
  assert.equal(session.mail(parseAddress('a@acme.test'), parameters), undefined);
  const to = parseAddress('b@example.org');
  assert(to !== undefined);
  assert.equal(session.rcpt(to), undefined);
}

test('a connection lost while the inspection runs: nothing is taken that the client sends again', async () => {
  const finished = Promise.withResolvers<void>();
  const slow: Check = {
    name: 'slow',
    turn: 'rest',
    deadlineMs: 5000,
    unavailable: () => ({ kind: 'later' }),
    begin: () => ({
      chunk: () => {},
      abort: () => {},
      end: async () => {
        await finished.promise;
        return { verdict: { kind: 'pass' }, result: 'clean' };
      },
    }),
  };
  const { kept, session } = receiver({ checks: () => [slow] });
  begin(session);
  assert.equal(session.header(header), undefined);
  const reply = session.end();
  session.close();
  finished.resolve();
  assert.equal((await reply).code, 451);
  assert.deepEqual(kept, []);
});

test('a connection lost once the message was given to the queue changes nothing about it', async () => {
  const committed = Promise.withResolvers<void>();
  const given: NewMessage[] = [];
  const { session } = receiver({
    enqueue: async (message) => {
      given.push(message);
      await committed.promise;
      return { kind: 'accepted', row: 1, claimed: [] };
    },
  });
  begin(session);
  assert.equal(session.header(header), undefined);
  const reply = session.end();
  await until('it is given to the queue', () => given[0]);
  session.close();
  committed.resolve();
  assert.equal((await reply).code, 250);
  assert.equal(given[0]?.meta.sender, 'a@acme.test');
  assert.deepEqual(given[0].recipients, [{ address: 'b@example.org', destination: 'example.org' }]);
});

test('a large message that could not be changed as wanted leaves no file behind', async () => {
  const changing: Check = {
    name: 'changing',
    turn: 'rest',
    deadlineMs: 5000,
    unavailable: () => ({ kind: 'later' }),
    begin: () => ({
      abort: () => {},
      end: async () => ({
        verdict: { kind: 'tag' },
        result: 'rule',
        changes: [{ kind: 'edit', at: 0, remove: 0, insert: Buffer.from('X-Tag: yes\r\n') }],
      }),
    }),
  };
  await using folder = temporaryFolder('receive');
  prepareBodyFolders(folder.path);
  const store = openBodyStore(folder.path);
  let files = 0;
  const bodies: ReceiveOptions['bodies'] = {
    ...store,
    create: async (id) => {
      const file = await store.create(id);
      files += 1;
      return files === 1 ? file : Object.assign(file, { write: () => Promise.reject(new Error('the disk is full')) });
    },
  };
  const { kept, session } = receiver({ checks: () => [changing], bodies });
  begin(session);
  assert.equal(session.header(header), undefined);
  await session.body(Buffer.alloc(2000, 'x'));
  await assert.rejects(Promise.resolve(session.end()), /the disk is full/);
  assert.equal(files, 2);
  assert.deepEqual(kept, []);
  await until('its file is gone', () => (filesBelow(folder.path).length === 0 ? true : undefined));
});

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() ? [entry.name] : [],
  );
}

test('a disk that refuses the file of a large message means 451 from the server, and nothing is enqueued', async () => {
  const { kept, session } = receiver({});
  begin(session);
  await session.header(header);
  await assert.rejects(async () => session.body(Buffer.alloc(4096, 65)));
  await assert.rejects(async () => session.end());
  assert.equal(kept.length, 0);
});

test('a check that cannot be made is answered with 451, never with 250', async () => {
  const broken: Check = {
    name: 'broken',
    turn: 'rest',
    deadlineMs: 1000,
    unavailable: () => ({ kind: 'later' }),
    begin: () => ({ chunk: () => {}, abort: () => {}, end: () => Promise.reject(new Error('scanner gone')) }),
  };
  const { kept, session } = receiver({ checks: () => [broken] });
  begin(session);
  await session.header(header);
  const reply = await session.end();
  assert.equal(reply.code, 451);
  assert.equal(kept.length, 0);
});

test('a message that the inspection holds enters the queue held, and the trace is told', async () => {
  const holding: Check = {
    name: 'holding',
    turn: 'rest',
    deadlineMs: 1000,
    unavailable: () => ({ kind: 'later' }),
    begin: () => ({
      chunk: () => {},
      abort: () => {},
      end: async () => ({ verdict: { kind: 'hold', reason: { kind: 'content', note: 'macro' } }, result: 'held' }),
    }),
  };
  const { kept, session } = receiver({ checks: () => [holding] });
  begin(session);
  await session.header(header);
  assert.equal((await session.end()).code, 250);
  assert.deepEqual(kept[0]?.hold, { kind: 'content', note: 'macro' });
  assert.deepEqual(
    kept[0].events.map((text) => (JSON.parse(text) as { type: string }).type),
    ['message.accepted', 'message.held'],
  );
});

test('a first line that begins with white space would go on with our own field: it is refused', () => {
  for (const first of [' From: x@bank.test', '\tFrom: x@bank.test', '  ']) {
    const { session, kept } = receiver({});
    begin(session);
    const reply = session.header(Buffer.from(`${first}\r\nFrom: a@acme.test\r\n\r\n`));
    assert(reply !== undefined && !(reply instanceof Promise));
    assert.equal(`${reply.code} ${reply.enhanced} ${reply.name}`, '550 5.6.0 headerMalformed');
    assert.equal(kept.length, 0);
  }
});

test('a shared source is known, but not as one customer: its connections are limited by address', () => {
  const of = (ip: string) => {
    const { registered, customer } = receiver({}, ip).connected;
    return { registered, customer };
  };
  assert.deepEqual(of('127.0.0.2'), { registered: true, customer: acme });
  assert.deepEqual(of('127.0.0.3'), { registered: 'shared', customer: undefined });
  assert.deepEqual(of('127.0.0.9'), { registered: false, customer: undefined });
});

test('a recipient that a mail host is asked for: taken or refused by its answer, and never after the transaction is over', async () => {
  const internet: SessionView['listener'] = { address: '127.0.0.1:25', roles: ['inbound'] };
  const to = parseAddress('ann@acme.test');
  assert(to !== undefined);
  for (const end of ['taken', 'refused', 'lost'] as const) {
    const host = Promise.withResolvers<NamedReply | undefined>();
    const asked: string[] = [];
    const recipients = {
      check: (customer: CustomerId, { text }: { text: string }) => {
        asked.push(`${customer} ${text}`);
        return host.promise;
      },
      learn: () => {},
    };
    const { kept, session } = receiver({ recipients }, '198.51.100.7', internet);
    assert.equal(session.mail(undefined, parameters), undefined);
    const answer = session.rcpt(to);
    assert(answer instanceof Promise);
    if (end === 'lost') session.close();
    host.resolve(end === 'refused' ? replies.recipientUnknown : undefined);
    const reply = await answer;
    assert.equal(reply?.name, { taken: undefined, refused: 'recipientUnknown', lost: 'localError' }[end]);
    assert.deepEqual(asked, ['acme ann@acme.test']);
    if (end !== 'taken') continue;
    await session.header(header);
    assert.equal((await session.end()).code, 250);
    assert.deepEqual(kept[0]?.recipients, [{ address: 'ann@acme.test', destination: 'acme.test' }]);
  }
});

test('recipients of outbound mail are not asked for', () => {
  const recipients = {
    check: () => {
      throw new Error('asked');
    },
    learn: () => {},
  };
  const { session } = receiver({ recipients });
  begin(session);
});
