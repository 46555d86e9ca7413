// Client certificates on real sockets: asked for where the listener says so, and read into keys.

import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { startTestServer } from '../../../test/dialogues/server.ts';
import { type Authority, type Certificate, createAuthority } from '../../../test/support/certificates.ts';
import { runOrThrow, skipWithoutPrograms } from '../../../test/support/processes.ts';
import { type TemporaryFolder, temporaryFolder } from '../../../test/support/temp.ts';

const skip = skipWithoutPrograms(['openssl']);
let temp: TemporaryFolder;
let authority: Authority;
let server: Certificate;
let client: Certificate;
let selfSigned: Certificate;

before(async () => {
  temp = temporaryFolder('certificates');
  if (skip !== false) return;
  authority = await createAuthority(temp.path);
  server = await authority.issue('relay.test', ['relay.test']);
  client = await authority.issue('client', ['mx.acme.test', 'MX2.acme.test', '*.wild.test', '192.0.2.1']);
  selfSigned = { certificate: temp.file('self.pem'), key: temp.file('self.key') };
  const curve = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2'.split(' ');
  const names = ['-subj', '/CN=mx.acme.test', '-addext', 'subjectAltName=DNS:mx.acme.test'];
  await runOrThrow('openssl', [...curve, '-keyout', selfSigned.key, '-out', selfSigned.certificate, ...names]);
});
after(() => temp.remove());

/** Connects with implicit TLS, and gives the certificate as the server read it. */
async function shown(port: number, files?: Certificate, session?: Buffer): Promise<TLSSocket> {
  const certificate = files && { cert: readFileSync(files.certificate), key: readFileSync(files.key) };
  const socket = connectTls({
    port,
    host: '127.0.0.1',
    rejectUnauthorized: false,
    ...certificate,
    ...(session !== undefined && { session }),
  });
  await new Promise((resolve, reject) => {
    socket.once('data', resolve);
    socket.once('error', reject);
  });
  return socket;
}

const listener = { roles: ['outbound'], tls: 'implicit', client_certificates: true } as const;

test('fingerprints, and the names that an authority of ours vouches for', { skip }, async () => {
  await using running = await startTestServer({
    listeners: [listener],
    certificate: { ...server, client_ca: authority.ca },
  });
  for (const files of [undefined, client, selfSigned]) (await shown(running.port(), files)).destroy();
  const [none, named, unknown] = running.kept.clients.map(({ certificate }) => certificate);
  assert.equal(none, undefined);
  const fingerprint = new X509Certificate(readFileSync(client.certificate)).fingerprint256
    .replaceAll(':', '')
    .toLowerCase();
  assert.equal(named?.fingerprint, fingerprint);
  assert.deepEqual(named.keys.slice(2), ['name:mx.acme.test', 'name:mx2.acme.test']);
  const publicKey = await runOrThrow('sh', [
    '-c',
    `openssl x509 -in ${client.certificate} -pubkey -noout | openssl pkey -pubin -outform der | openssl sha256 -r`,
  ]);
  assert.deepEqual(named.keys.slice(0, 2), [`fingerprint:${fingerprint}`, `public_key:${publicKey.split(' ')[0]}`]);
  // The same name without the authority's word is nobody's.
  assert.deepEqual(
    unknown?.keys.map((key) => key.split(':')[0]),
    ['fingerprint', 'public_key'],
  );
});

test('without authorities of ours no name counts; without the setting nobody is asked', { skip }, async () => {
  const off = { ...listener, client_certificates: false };
  await using running = await startTestServer({ listeners: [listener, off], certificate: server });
  (await shown(running.port(0), client)).destroy();
  (await shown(running.port(1), client)).destroy();
  const [first, second] = running.kept.clients.map(({ certificate }) => certificate);
  assert.equal(first?.keys.length, 2);
  assert.equal(second, undefined);
});

test('a resumed session shows its certificate again, and not where the authorities have changed', {
  skip,
}, async () => {
  const certificate = { ...server, client_ca: authority.ca };
  const ticketKeys = Buffer.alloc(48, 1);
  await using running = await startTestServer({ listeners: [listener], certificate, ticketKeys });
  const first = await shown(running.port(), client);
  const session = await new Promise<Buffer>((resolve) => {
    const known = first.getSession();
    first.once('session', resolve);
    if (known !== undefined) resolve(known);
  });
  first.destroy();
  const resumed = await shown(running.port(), client, session);
  const wasReused = resumed.isSessionReused();
  resumed.destroy();
  assert.deepEqual(running.kept.clients[1]?.certificate?.keys, running.kept.clients[0]?.certificate?.keys);
  const other = temp.file('other-ca.pem');
  writeFileSync(other, readFileSync(selfSigned.certificate));
  await running.listeners.reloadCertificates({ ...server, client_ca: other });
  const later = await shown(running.port(), client, session);
  assert.equal(later.isSessionReused(), false);
  later.destroy();
  assert.equal(wasReused, true);
  assert.equal(running.kept.clients[2]?.certificate?.keys.length, 2);
});
