// The first start: what is sent is caught, shown to whoever sits at the machine, and to nobody else.

import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import { startRelay } from '../support/relay.ts';
import { type RunningSandbox, startSandbox } from '../support/sandbox.ts';
import { SmtpClient } from '../support/smtp-client.ts';
import { temporaryFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

interface Asked {
  method?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

/** As a browser on the machine would ask, but with whatever header fields are given. */
function ask(port: number, path: string, { method = 'GET', body, headers = {} }: Asked = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const json = body === undefined ? {} : { 'content-type': 'application/json' };
    const all = { host: `localhost:${port}`, ...json, ...headers };
    const call = request({ host: '127.0.0.1', port, method, path, headers: all }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => (text += piece));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    call.on('error', reject);
    call.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

async function json<T>(port: number, path: string, asked: Asked = {}): Promise<T> {
  const { status, text } = await ask(port, path, asked);
  assert.equal(status, 200, text);
  return JSON.parse(text) as T;
}

type Caught = { entries: { name: string; subject: string; id: string | null }[] };

function caught(sandbox: RunningSandbox, subject: string) {
  return until(`"${subject}" to be caught`, async () => {
    const { entries } = await json<Caught>(sandbox.http, '/api/v1/sandbox/messages');
    return entries.find((entry) => entry.subject.includes(subject));
  });
}

const ownPage = (sandbox: RunningSandbox) => ({ origin: sandbox.url, 'sec-fetch-site': 'same-origin' });

test('without a configuration the sandbox starts, says where it is, and shows what it caught as the receiver got it', async () => {
  await using folder = temporaryFolder('sandbox');
  await using sandbox = await startSandbox(folder.path);
  // The address that it has now is said.
  await sandbox.running.waitForLine(new RegExp(`caught +${sandbox.url}$`));
  await using client = await SmtpClient.connect({ port: sandbox.smtp });
  await client.hello();
  const content = Buffer.from('From: ada@demo.test\r\nSubject: <b>Hello</b>\r\n\r\nIt works.\r\n');
  assert.equal((await client.message({ from: 'ada@demo.test', to: ['bob@example.org'], content })).code, 250);
  const entry = await caught(sandbox, '<b>Hello</b>');
  const path = `/api/v1/sandbox/messages/${entry.name}`;
  const shown = await until('its delivery to be in the trace', async () => {
    const found = await json<Shown>(sandbox.http, path);
    return found.journey.some(({ type }) => type === 'message.recipient.delivered') ? found : undefined;
  });
  assert.match(shown.source, /It works\.\r\n$/);
  assert.deepEqual(
    shown.signatures.map(({ result, domain }) => `${result} ${domain}`),
    ['pass demo.test', 'pass demo.test'],
  );
  assert.doesNotMatch(sandbox.running.output(), /alarm raised/, 'no DNS is asked about a domain that is made up');
  assert.equal(shown.fields.filter(({ name }) => name === 'Received').length, 1);
  assert.deepEqual(
    shown.journey.map(({ type }) => type),
    ['message.accepted', 'message.recipient.delivered'],
  );
  assert.equal(shown.message.id, entry.id);
  const file = await ask(sandbox.http, `${path}/source`);
  assert.match(String(file.headers['content-disposition']), /^attachment/, 'never a page in our name');
  assert.equal((await ask(sandbox.http, '/api/v1/sandbox/messages/00000000000000-000000')).status, 404);
});

interface Shown {
  message: { id: string | null };
  source: string;
  fields: { name: string; value: string }[];
  signatures: { result: string; domain: string }[];
  journey: { type: string; hidden: { before: string }[] }[];
}

test('the samples go over its own listener, and a hostile one is shown without what acts or loads', async () => {
  await using folder = temporaryFolder('samples');
  await using sandbox = await startSandbox(folder.path);
  for (const kind of ['text', 'html', 'hostile']) {
    const sent = await json<{ accepted: boolean; lines: { who: string; text: string }[] }>(
      sandbox.http,
      '/api/v1/sandbox/samples',
      { method: 'POST', body: { kind } },
    );
    assert(sent.accepted, JSON.stringify(sent.lines));
    assert.equal(sent.lines[0]?.text.slice(0, 3), '220');
  }
  const hostile = await caught(sandbox, 'You have won');
  const preview = await json<{ html: string; left_out: Record<string, number> }>(
    sandbox.http,
    `/api/v1/sandbox/messages/${hostile.name}/preview`,
  );
  assert.match(preview.html, /You have won!/);
  assert.doesNotMatch(preview.html, /<(?:script|img|form|meta|iframe)|onclick|style=|href/);
  assert(
    Object.values(preview.left_out).every((count) => count > 0),
    JSON.stringify(preview.left_out),
  );
  const first = await caught(sandbox, 'Hello from the sandbox');
  const { journey, source } = await json<Shown>(sandbox.http, `/api/v1/sandbox/messages/${first.name}`);
  assert.match(JSON.stringify(journey[0]?.hidden), /10\.20\.30\.40/, 'what was hidden is shown');
  assert.doesNotMatch(source, /10\.20\.30\.40/, 'and it is hidden');
});

test('looking around opens a session for a page of the sandbox on its own machine, and for nobody else', async () => {
  await using folder = temporaryFolder('looking');
  await using sandbox = await startSandbox(folder.path);
  const open = (asked: Asked) => ask(sandbox.http, '/api/v1/sandbox/session', { method: 'POST', ...asked });
  for (const headers of [
    {},
    { origin: 'https://evil.test' },
    { origin: 'null' },
    { origin: sandbox.url, 'sec-fetch-site': 'cross-site' },
    { ...ownPage(sandbox), host: `evil.test:${sandbox.http}` },
    // A proxy on the machine that calls us by our own name.
    { ...ownPage(sandbox), 'x-forwarded-for': '192.0.2.7' },
    { ...ownPage(sandbox), via: '1.1 proxy.test' },
  ]) {
    const refused = await open({ body: { as: 'operator' }, headers });
    assert.equal(refused.status, 403, JSON.stringify(headers));
    assert.equal(refused.headers['set-cookie'], undefined);
  }
  const rebound = await ask(sandbox.http, '/api/v1/sandbox/messages', { headers: { host: 'evil.test' } });
  assert.equal(rebound.status, 403, 'a name of somebody else that leads here');
  for (const [as, path] of [
    ['operator', '/api/v1/status'],
    ['customer', '/api/v1/customers/demo'],
    ['operator', '/api/v1/settings'],
  ] as const) {
    const opened = await open({ body: { as, language: 'de' }, headers: ownPage(sandbox) });
    assert.equal(opened.status, 200, opened.text);
    const cookie = [opened.headers['set-cookie']]
      .flat()
      .map((one) => one?.split(';')[0])
      .join('; ');
    const session = await json<{ user: { language: string }; set_up_needed: boolean }>(
      sandbox.http,
      '/api/v1/session',
      {
        headers: { cookie },
      },
    );
    assert.deepEqual([session.user.language, session.set_up_needed], ['de', false]);
    assert.equal((await ask(sandbox.http, path, { headers: { cookie } })).status, 200);
    const other = as === 'customer' ? '/api/v1/settings' : path;
    assert.equal((await ask(sandbox.http, other, { headers: { cookie } })).status, as === 'customer' ? 403 : 200);
  }
});

test('from another machine the sandbox answers nothing', async () => {
  await using folder = temporaryFolder('elsewhere');
  // Whom the proxy names counts as the client: here one that sits elsewhere.
  await using sandbox = await startSandbox(folder.path, { EASYMAIL_HTTP__TRUSTED_PROXIES: '["127.0.0.1"]' });
  const headers = { 'x-forwarded-for': '192.0.2.7', ...ownPage(sandbox) };
  for (const path of ['/api/v1/sandbox', '/api/v1/sandbox/messages'])
    assert.equal((await ask(sandbox.http, path, { headers })).status, 403, path);
  const opened = await ask(sandbox.http, '/api/v1/sandbox/session', {
    method: 'POST',
    body: { as: 'operator' },
    headers,
  });
  assert.deepEqual([opened.status, opened.headers['set-cookie']], [403, undefined]);
});

test('a relay with a configuration has no sandbox', async () => {
  await using folder = temporaryFolder('none');
  await using relay = await startRelay({ folder: folder.path });
  const headers = { origin: 'http://localhost:8025', 'sec-fetch-site': 'same-origin' };
  for (const [method, path, body] of [
    ['GET', '/api/v1/sandbox', undefined],
    ['GET', '/api/v1/sandbox/messages', undefined],
    ['POST', '/api/v1/sandbox/samples', {}],
    ['POST', '/api/v1/sandbox/session', { as: 'operator' }],
  ] as const) {
    const answer = await ask(relay.ports.http, path, { method, body, headers });
    assert.deepEqual([answer.status, answer.headers['set-cookie']], [404, undefined], path);
  }
});
