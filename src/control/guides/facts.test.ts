import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { ControlWorld } from '../../../test/support/control.ts';
import { buildOwnerApi } from '../../../test/support/owner-api.ts';
import type { Resolver } from '../../network/dns-answer.ts';
import { configSchema } from '../../platform/config/schema.ts';
import { type Entry, entrySchema } from '../customers/entry.ts';
import { openGuides } from './guides.ts';

// The control database and the HTTP shell are real; DNS knows the relay's own name.

describe('guides of customers', () => {
  const world = new ControlWorld();
  const entries = new Map<string, Entry>();
  let config = configSchema.parse({
    node: { hostname: 'relay1.relay.test', data_dir: '/nowhere' },
    listener: [
      { address: '0.0.0.0:2525', roles: ['outbound'], tls: 'none' },
      { address: '0.0.0.0:25', roles: ['outbound', 'inbound'] },
      { address: '0.0.0.0:465', roles: ['submission'], tls: 'implicit' },
      { address: '0.0.0.0:587', roles: ['submission'] },
    ],
  });
  const none = async () => ({ kind: 'none' as const, missing: 'record' as const, security: 'insecure' as const });
  const resolver: Resolver = {
    a: async () => ({ kind: 'found', records: ['192.0.2.1'], security: 'insecure' }),
    aaaa: none,
    mx: none,
    txt: none,
    ptr: none,
  };
  const customers = {
    get: async (id: string) => (entries.has(id) ? ({ id, name: 'Neu GmbH', language: 'de' } as never) : undefined),
    entry: async (id: string) => {
      const entry = entries.get(id);
      return entry === undefined ? undefined : ({ entry, version: 1 } as never);
    },
  };
  const guides = openGuides({
    database: world.control.database,
    directory: world.control.directory,
    config: () => config,
    freshResolver: () => resolver,
    customers,
  });
  const api = buildOwnerApi({ control: world.control }, { guides, customers });

  after(async () => {
    await (await api).close();
    await world.end();
  });

  async function get(url: string, accept = 'application/json') {
    const answer = await (await api).inject({ method: 'GET', url, headers: { accept } });
    return { status: answer.statusCode, type: String(answer.headers['content-type']), text: answer.body };
  }

  test('one that is registered: its domains, the way in that fits, our addresses', async () => {
    await world.apply({
      pool: [
        {
          name: 'inbound',
          addresses: [
            { ip: '2001:db8::50', hostname: 'in.relay.test' },
            { ip: '192.0.2.50', hostname: 'in.relay.test' },
            { ip: '192.0.2.51', hostname: 'in.relay.test', state: 'out' },
          ],
        },
      ],
      customer: [
        {
          id: 'acme',
          name: 'Acme',
          language: 'fr-LU',
          sources: ['198.51.100.7'],
          domains: [
            { name: 'acme.test', verified: true },
            { name: 'news.test', inbound: false },
          ],
        },
        {
          id: 'apps',
          name: 'Apps',
          logins: [{ name: 'apps-1', password: 'a-long-enough-password' }],
          domains: [{ name: 'apps.test' }],
        },
        {
          id: 'cloud',
          name: 'Cloud',
          sources: [
            {
              network: '198.51.100.0/28',
              shared: true,
              proof: { secret_header: 'X-Relay-Secret', secret: '0123456789abcdef0123456789' },
            },
          ],
          domains: [{ name: 'cloud.test' }],
        },
      ],
    });
    const acme = await get('/api/v1/customers/acme/guides/postfix');
    assert.equal(acme.status, 200, acme.text);
    assert.match(acme.text, /relayhost = \[relay1\.relay\.test\]:25\\n/);
    assert.match(acme.text, /Ajouter à/);
    assert.match(acme.text, /192\.0\.2\.50 {2}OK/);
    assert.match(acme.text, /2001:db8::50 {2}OK/);
    assert.doesNotMatch(acme.text, /192\.0\.2\.51/, 'an address that is out is let in no longer');
    assert.match(acme.text, /acme\.test vient/);
    const apps = await get('/api/v1/customers/apps/guides/opensmtpd?language=en');
    assert.match(apps.text, /smtp\+tls:\/\/easymail@relay1\.relay\.test:587/);
    assert.match(apps.text, /easymail apps-1:PASSWORD/);
    const cloud = await get('/api/v1/customers/cloud/guides/microsoft-365');
    assert.match(cloud.text, /SetHeaderName = 'X-Relay-Secret'/);
    assert.doesNotMatch(cloud.text, /0123456789abcdef/, 'the secret stays where it is');
  });

  test('one that is being entered: what was entered so far, without what cannot be read', async () => {
    entries.set(
      'neu',
      entrySchema.parse({
        domains: [{ name: 'Neu.Test' }, { name: 'no domain"; rm -rf /' }],
        sources: [{ network: '198.51.100.99', shared: true, proof: 'login' }],
      }),
    );
    const { text, status } = await get('/api/v1/customers/neu/guides/exim');
    assert.equal(status, 200, text);
    assert.match(text, /Mail für neu\.test kommt/);
    assert.doesNotMatch(text, /rm -rf/);
    assert.match(text, /name: LOGIN/);
    entries.set(
      'neu',
      entrySchema.parse({ sources: [{ network: 'x', shared: true, proof: { header: "x'; y", value: 'z' } }] }),
    );
    assert.doesNotMatch((await get('/api/v1/customers/neu/guides/microsoft-365')).text, /x'; y/);
  });

  test('as Markdown, where that is asked for', async () => {
    const asked = await get('/api/v1/customers/acme/guides/zimbra?language=en', 'text/markdown');
    assert.match(asked.type, /^text\/markdown/);
    assert.match(asked.text, /^# Zimbra with the relay relay1\.relay\.test\n/);
    const forced = await get('/api/v1/customers/acme/guides/zimbra?language=en&format=markdown');
    assert.equal(forced.text, asked.text);
  });

  test('who and what there is not', async () => {
    assert.equal((await get('/api/v1/customers/nobody/guides/postfix')).status, 404);
    assert.equal((await get('/api/v1/customers/nobody/guides')).status, 404);
    assert.equal((await get('/api/v1/customers/acme/guides/notes')).status, 400);
    assert.equal((await get('/api/v1/customers/acme/guides/postfix?language=xx')).status, 400);
    const list = await get('/api/v1/customers/acme/guides');
    assert.equal((JSON.parse(list.text) as { entries: unknown[] }).entries.length, 8);
  });

  test('without TLS nothing says that there is', async () => {
    config = { ...config, listener: config.listener.slice(0, 1) };
    const { text } = await get('/api/v1/customers/acme/guides/postfix?language=en');
    assert.match(text, /offers no TLS/);
    assert.match(text, /smtp_tls_security_level = may/);
    assert.match(text, /\]:2525/);
  });
});
