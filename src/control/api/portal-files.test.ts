import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temp.ts';
import { openPortalFiles } from './portal-files.ts';

/** Serves a folder, and asks for a path of it as it stands. */
async function served(folder: string, url: string, path: string, headers: Record<string, string> = {}) {
  const answer = openPortalFiles(folder, url);
  const server = createServer((request, response) => {
    if (!answer(request, response)) response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = server.address() as AddressInfo;
    return await fetch(`http://127.0.0.1:${port}${path}`, { headers });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test('without what was built the page says what to do, and mail is not in its way', async () => {
  const folder = temporaryFolder('portal-files');
  const page = await served(folder.path, 'http://localhost:8025', '/');
  assert.equal(page.status, 503);
  assert.match(await page.text(), /npm run portal/);
  folder.remove();
});

test('the page carries a nonce of its own, and over https says to stay with it', async () => {
  const folder = temporaryFolder('portal-files');
  writeFileSync(folder.file('index.html'), '<meta name="style-nonce" content="{{nonce}}">');
  const plain = await served(folder.path, 'http://localhost:8025', '/customers/acme');
  const nonce = /'nonce-([\w-]+)'/.exec(plain.headers.get('content-security-policy') ?? '')?.[1];
  assert.ok(nonce !== undefined && (await plain.text()).includes(`content="${nonce}"`));
  assert.equal(plain.headers.get('strict-transport-security'), null);
  const secure = await served(folder.path, 'https://relay.example', '/');
  assert.match(secure.headers.get('strict-transport-security') ?? '', /^max-age=\d{8}$/);
  folder.remove();
});

test('only what was built is served, packed where the client can', async () => {
  const folder = temporaryFolder('portal-files');
  mkdirSync(folder.file('assets'));
  writeFileSync(folder.file('assets/a-1.js'), 'export const a = 1;');
  writeFileSync(folder.file('secret'), 'nobody');
  const plain = await served(folder.path, 'http://localhost', '/assets/a-1.js', { 'accept-encoding': 'identity' });
  assert.equal(await plain.text(), 'export const a = 1;');
  assert.match(plain.headers.get('content-type') ?? '', /^text\/javascript/);
  const packed = await served(folder.path, 'http://localhost', '/assets/a-1.js', { 'accept-encoding': 'gzip' });
  assert.equal(packed.headers.get('content-encoding'), 'gzip');
  assert.equal((await served(folder.path, 'http://localhost', '/assets/b.js')).status, 404);
  const beside = await served(folder.path, 'http://localhost', '/assets/..%2fsecret');
  assert.doesNotMatch(await beside.text(), /nobody/);
  folder.remove();
});
