import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createNetServer } from 'node:net';
import { after, before, test } from 'node:test';
import { type TemporaryFolder, temporaryFolder } from '../../test/support/temp.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../../test/support/webhook-receiver.ts';
import type { DnsAnswer, Resolver } from './dns-answer.ts';
import { createOutsideGuard } from './outside-address.ts';
import { createOutsideHttp, type OutsideAnswer, type OutsideHttpOptions, outsideUrlFault } from './outside-http.ts';

let folder: TemporaryFolder;
let server: WebhookReceiver;

before(async () => {
  folder = temporaryFolder('outside-http');
  server = await startWebhookReceiver(folder.path);
});
after(async () => {
  await server?.[Symbol.asyncDispose]();
  folder?.remove();
});

/** Answers A look-ups by table, each list in turn: the last one stays. */
function resolverOf(table: Record<string, string[][]>): Resolver & { asked: string[] } {
  const asked: string[] = [];
  const none: DnsAnswer<never> = { kind: 'none', missing: 'domain', security: 'insecure' };
  const nothing = async () => none;
  return {
    asked,
    a: async (name) => {
      asked.push(name);
      const lists = table[name];
      const records = lists === undefined ? undefined : lists.length > 1 ? lists.shift() : lists[0];
      if (records === undefined) return none;
      return records.length === 0
        ? { kind: 'temporary', detail: 'SERVFAIL' }
        : { kind: 'found', records, security: 'insecure' };
    },
    aaaa: nothing,
    mx: nothing,
    txt: nothing,
    ptr: nothing,
  };
}

const NAMES = { 'hooks.test': [['127.0.0.1']] };

async function post(
  url: string,
  change: Partial<OutsideHttpOptions> = {},
  owner = 'one',
): Promise<OutsideAnswer & { ms: number }> {
  const http = createOutsideHttp({
    resolver: resolverOf(NAMES),
    guard: createOutsideGuard({ allowPrivate: true }),
    anyScheme: true,
    ca: server.ca,
    connections: 4,
    connectMs: 2000,
    totalMs: 2000,
    ...change,
  });
  try {
    return await http.post({ owner, url, headers: { 'webhook-id': 'evt_1' }, body: Buffer.from('{}') });
  } finally {
    http.close();
  }
}

function outcome(answer: OutsideAnswer): unknown {
  return answer.kind === 'answered' ? answer.status : answer.why;
}

test('a request goes to the checked address under its name, with TLS verified', async () => {
  server.received.length = 0;
  const answer = await post(`https://hooks.test:${server.port}/in?token=a`);
  assert.deepEqual({ ...answer, ms: 0 }, { kind: 'answered', status: 204, ms: 0 });
  assert.equal(server.received[0]?.host, `hooks.test:${server.port}`);
  assert.equal(server.received[0]?.path, '/in?token=a');
  assert.equal(outcome(await post(`https://127.0.0.1:${server.port}/`)), 204, 'an address of the certificate');
});

test('a certificate of another name, or of nobody whom we know, is refused', async () => {
  const resolver = resolverOf({ 'other.test': [['127.0.0.1']], ...NAMES });
  assert.equal(outcome(await post(`https://other.test:${server.port}/`, { resolver })), 'tls');
  const { ca: _ca, ...without } = { ca: '' };
  const http = createOutsideHttp({
    ...without,
    resolver,
    guard: createOutsideGuard({ allowPrivate: true }),
    anyScheme: true,
    connections: 1,
    connectMs: 2000,
    totalMs: 2000,
  });
  const answer = await http.post({
    owner: 'a',
    url: `https://hooks.test:${server.port}/`,
    headers: {},
    body: Buffer.alloc(0),
  });
  http.close();
  assert.equal(outcome(answer), 'tls');
});

test('a name that stands for a private address is not connected to', async () => {
  server.connections = 0;
  for (const ip of ['127.0.0.1', '10.0.0.1', '169.254.169.254', '::1', 'fd00::1', '::ffff:127.0.0.1', '100.64.0.1']) {
    const resolver = resolverOf({ 'rebind.test': [[ip]] });
    const guard = createOutsideGuard({ allowPrivate: false });
    const answer = await post(`https://rebind.test:${server.port}/`, { resolver, guard });
    assert.equal(outcome(answer), 'address', ip);
  }
  for (const host of ['127.0.0.1', '[::1]', '2130706433', '0x7f.1', '0177.0.0.1', '127.1', '[::ffff:127.0.0.1]']) {
    const answer = await post(`https://${host}:${server.port}/`, {
      guard: createOutsideGuard({ allowPrivate: false }),
    });
    assert.equal(outcome(answer), 'address', host);
  }
  assert.equal(server.connections, 0);
});

test('of several addresses those that are allowed are used', async () => {
  const guard = { refuses: (ip: string) => (ip === '127.0.0.1' ? undefined : 'a private address') };
  const resolver = resolverOf({ 'hooks.test': [['10.0.0.1', '127.0.0.1']] });
  assert.equal(outcome(await post(`https://hooks.test:${server.port}/`, { resolver, guard })), 204);
});

test('a name is looked up once for a request, and what was checked is what is connected to', async () => {
  // The second answer would lead inside: there is no second look-up.
  const resolver = resolverOf({ 'hooks.test': [['127.0.0.1'], ['10.9.9.9']] });
  const guard = { refuses: (ip: string) => (ip === '127.0.0.1' ? undefined : 'a private address') };
  const http = createOutsideHttp({
    resolver,
    guard,
    anyScheme: true,
    ca: server.ca,
    connections: 1,
    connectMs: 2000,
    totalMs: 2000,
  });
  const ask = { owner: 'a', url: `https://hooks.test:${server.port}/`, headers: {}, body: Buffer.from('{}') };
  assert.equal(outcome(await http.post(ask)), 204);
  assert.equal(resolver.asked.length, 1);
  // Also where a connection to the address of before is still open.
  assert.equal(outcome(await http.post(ask)), 'address');
  http.close();
});

test('a redirect is an answer, and nothing is asked where it leads', async () => {
  const inside = createServer((_request, response) => response.end());
  let visited = 0;
  inside.on('connection', () => (visited += 1));
  await new Promise<void>((resolve) => inside.listen(0, '127.0.0.1', resolve));
  const { port } = inside.address() as AddressInfo;
  for (const status of [301, 302, 303, 307, 308]) {
    server.answer = () => ({ status, headers: { location: `http://127.0.0.1:${port}/` } });
    assert.equal(outcome(await post(`https://hooks.test:${server.port}/`)), status);
  }
  server.answer = () => 204;
  assert.equal(visited, 0);
  inside.close();
});

test('what does not answer in time, hangs up or is not there has a word each', async () => {
  const url = `https://hooks.test:${server.port}/`;
  server.answer = () => 'silent';
  assert.equal(outcome(await post(url, { totalMs: 150 })), 'timeout');
  server.answer = () => 'drop';
  assert.equal(outcome(await post(url)), 'closed');
  server.answer = () => 204;
  assert.equal(outcome(await post('https://hooks.test:1/')), 'connect');
  assert.equal(outcome(await post('https://unknown.test/')), 'dns');
  assert.equal(outcome(await post('https://hooks.test/', { resolver: resolverOf({ 'hooks.test': [[]] }) })), 'dns');
  // A server of another kind behind the port.
  const plain = createServer();
  await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
  assert.equal(outcome(await post(`https://hooks.test:${(plain.address() as AddressInfo).port}/`)), 'tls');
  plain.close();
});

test('Retry-After is read in both its forms, and only so far', async () => {
  const url = `https://hooks.test:${server.port}/`;
  const read = async (value: string) => {
    server.answer = () => ({ status: 503, headers: { 'retry-after': value } });
    const answer = await post(url);
    return answer.kind === 'answered' ? answer.retryAfterMs : 'none';
  };
  assert.equal(await read('120'), 120_000);
  assert.equal(await read('99999999'), 86_400_000);
  assert.equal(await read('soon'), undefined);
  const inAMinute = Number(await read(new Date(Date.now() + 60_000).toUTCString()));
  assert.ok(inAMinute > 50_000 && inAMinute <= 60_000);
  server.answer = () => 204;
});

test('connections are kept for one owner, and for nobody else', async () => {
  const http = createOutsideHttp({
    resolver: resolverOf(NAMES),
    guard: createOutsideGuard({ allowPrivate: true }),
    anyScheme: true,
    ca: server.ca,
    connections: 1,
    connectMs: 2000,
    totalMs: 2000,
  });
  server.connections = 0;
  const ask = (owner: string) =>
    http.post({ owner, url: `https://hooks.test:${server.port}/`, headers: {}, body: Buffer.from('{}') });
  for (let i = 0; i < 3; i++) assert.equal(outcome(await ask('a')), 204);
  assert.equal(server.connections, 1);
  await ask('b');
  assert.equal(server.connections, 2);
  http.close();
  assert.equal(outcome(await ask('a')), 'stopped');
});

test('URLs that are never asked', () => {
  for (const [url, anyScheme, fine] of [
    ['https://hooks.example.org/in', false, true],
    ['https://hooks.example.org:8443/in', false, true],
    ['http://hooks.example.org/', false, false],
    ['http://hooks.example.org/', true, true],
    ['https://hooks.example.org:25/', false, false],
    ['https://hooks.example.org:80/', false, false],
    ['https://user:word@hooks.example.org/', true, false],
    ['https://hooks.example.org/#part', true, false],
    ['ftp://hooks.example.org/', true, false],
    ['file:///etc/passwd', true, false],
    ['gopher://hooks.example.org/', true, false],
    ['hooks.example.org', false, false],
    ['', false, false],
  ] as const) {
    assert.equal(outsideUrlFault(url, anyScheme) === undefined, fine, url);
  }
});

test('an answer without an end, and an upgrade that nobody asked for, keep nothing waiting', async () => {
  const odd = createServer((_request, response) => {
    response.writeHead(200);
    const drip = setInterval(() => response.write('x'), 50);
    response.once('close', () => clearInterval(drip));
  });
  odd.on('upgrade', (_request, socket) => socket.destroy());
  await new Promise<void>((resolve) => odd.listen(0, '127.0.0.1', resolve));
  const { port } = odd.address() as AddressInfo;
  assert.equal(outcome(await post(`http://hooks.test:${port}/`)), 200);
  odd.closeAllConnections();
  odd.close();
  const raw = createNetServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () =>
      socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n'),
    );
  });
  await new Promise<void>((resolve) => raw.listen(0, '127.0.0.1', resolve));
  const answer = await post(`http://hooks.test:${(raw.address() as AddressInfo).port}/`, { totalMs: 1000 });
  assert.notEqual(outcome(answer), 200);
  raw.close();
});

test('interim answers without an end are hung up on, long before the time is over', async () => {
  const hints = 'HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n'.repeat(100);
  const raw = createNetServer((socket) => {
    socket.on('error', () => {});
    socket.on('drain', () => socket.write(hints));
    socket.once('data', () => socket.write(hints));
  });
  await new Promise<void>((resolve) => raw.listen(0, '127.0.0.1', resolve));
  const { port } = raw.address() as AddressInfo;
  assert.equal(outcome(await post(`http://hooks.test:${port}/`, { totalMs: 10_000 })), 'closed');
  raw.close();
});
