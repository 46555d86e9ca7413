import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { buildOwnerApi } from '../../../test/support/owner-api.ts';
import { QuarantineWorld, VIRUS } from '../quarantine/testing/world.ts';
import type { ApiServer } from './context.ts';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

let w: QuarantineWorld;
let api: ApiServer;
beforeEach(async () => {
  w = new QuarantineWorld();
  await w.start();
  api = await buildOwnerApi({ control: w.customers.control }, { quarantine: w.quarantine });
});
afterEach(async () => {
  await api.close();
  await w.end();
});

const waiting = async () => (await w.engine.totals()).quarantined;

/** The path that the digest leads to. */
async function linked(): Promise<string> {
  await w.pass(0.01);
  return new URL(w.told.at(-1)?.values.entries[0]?.open ?? '').pathname;
}

test('following a link shows a page and changes nothing, however often and however it is fetched', async () => {
  const id = await w.keep({ subject: '<script>alert(1)</script>' }, { headerFrom: 'shop@strange.test' });
  const path = await linked();
  for (const method of ['GET', 'HEAD', 'GET'] as const) {
    const { statusCode, headers, body } = await api.inject({ method, url: path });
    assert.equal(statusCode, 200);
    assert.match(String(headers['content-security-policy']), /default-src 'none'.*form-action 'self'/);
    assert.equal(headers['cache-control'], 'no-store');
    if (method === 'HEAD') continue;
    assert.match(body, /<html lang="fr">/);
    assert.match(body, /shop@strange\.test/);
    assert.match(body, /&lt;script&gt;alert/);
    assert.doesNotMatch(body, /<script|hello/, 'its text is shown only to whoever asks');
  }
  for (const button of ['show', 'release']) {
    assert.notEqual((await api.inject({ method: 'GET', url: `${path}/${button}` })).statusCode, 200);
  }
  assert.equal(await waiting(), 1);
  assert.deepEqual(await w.quarantine.acts({ limit: 10 }), []);
  const audited = await w.customers.control.audit({ limit: 50 });
  assert.ok(audited.every(({ action }) => action !== 'content_read'));
  assert.notEqual(id, '');
});

test('the buttons: its text is shown and that is written down; then it goes on, once', async () => {
  await w.keep();
  const path = await linked();
  const shown = await api.inject({ method: 'POST', url: `${path}/show`, headers: FORM });
  assert.equal(shown.statusCode, 200, shown.body);
  assert.match(shown.body, /<pre>hello &lt;b&gt;<\/pre>/);
  assert.match(shown.body, /bill\.pdf/);
  const [read] = await w.customers.control.audit({ limit: 1 });
  assert.deepEqual(
    [read?.action, read?.who, read?.reason],
    ['content_read', 'ann@acme.test', 'over the link of a digest'],
  );
  assert.equal(await waiting(), 1);
  const released = await api.inject({ method: 'POST', url: `${path}/release`, headers: FORM });
  assert.match(released.body, /Le message est en route/);
  assert.equal(await waiting(), 0);
  const [act] = await w.quarantine.acts({ limit: 10 });
  assert.deepEqual([act?.who, act?.action], ['ann@acme.test', 'released']);
  const again = await api.inject({ method: 'POST', url: `${path}/release`, headers: FORM });
  assert.deepEqual([again.statusCode, /n’est plus en quarantaine/.test(again.body)], [404, true]);
});

test('pages of other sites press no buttons', async () => {
  await w.keep();
  const path = await linked();
  for (const headers of [{ origin: 'https://evil.test' }, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }]) {
    const { statusCode } = await api.inject({
      method: 'POST',
      url: `${path}/release`,
      headers: { ...FORM, ...headers },
    });
    assert.equal(statusCode, 403);
  }
  assert.equal(await waiting(), 1);
});

test('a link that is over, made up, or of a message that turned out worse opens nothing', async () => {
  const id = await w.keep();
  const path = await linked();
  for (const wrong of [`${path}x`, path.slice(0, -3), '/api/v1/quarantine/links/abc', path.slice(0, -90)]) {
    const { statusCode, body } = await api.inject({ method: 'GET', url: wrong });
    assert.equal(statusCode, 404, wrong);
    assert.doesNotMatch(body, /strange\.test/);
  }
  w.customers.now += 7 * 86_400_000;
  const over = await api.inject({ method: 'POST', url: `${path}/release`, headers: FORM });
  assert.equal(over.statusCode, 404);
  assert.match(over.body, /opens nothing/);
  assert.equal(await waiting(), 1);
  assert.notEqual(id, await w.keep({ notes: [VIRUS] }), 'a virus has no link at all');
  await w.pass(2);
  const named = w.told.at(-1)?.values.entries ?? [];
  assert.ok(named.every(({ reason, open }) => !/virus/i.test(reason) || open === undefined));
});
