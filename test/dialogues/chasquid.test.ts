// The dialogues of chasquid, replayed over sockets.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { after, before, test } from 'node:test';
import { makeScramKeys } from '../../src/protocol/sasl/scram.ts';
import { createAuthority } from '../support/certificates.ts';
import { skipWithout, suiteFiles, suitePath } from '../support/suites.ts';
import { temporaryFolder } from '../support/temp.ts';
import { startTestServer, type TestServer } from './server.ts';
import { playTranscript } from './transcript.ts';

/** Where we answer with another code than chasquid, and why. */
const DIFFER = new Map<string, number>([
  // RFC 4954 6 has a code of its own for it.
  ['503 5.7.10 You feel vulnerable', 538],
  // RFC 4954 4: 504 is for a mechanism that is not known.
  ['534', 504],
  // RFC 5321 4.3.2 gives 503 for an order and 501 for arguments that are wrong.
  ['500', 501],
  ['500 5.5.2 Unknown command', 501],
  ['550 5.1.3 Destination address is invalid', 553],
  // RFC 5321 4.5.3.1.9: 500 Line too long.
  ['554', 500],
  // RFC 5321 3.5: the message is refused, not the session.
  ['521 5.5.2 Error reading DATA: invalid line ending', 554],
  ['502 5.7.0 You hear someone cursing shoplifters', 554],
  // A relay passes on what it can frame; reading headers is not its business.
  ['554 5.6.0 Error parsing message', 250],
]);

const skip = skipWithout('smtp-dialogs');
const files = suiteFiles('smtp-dialogs/chasquid', (path) => path.endsWith('.cmy'));
const folder = temporaryFolder('dialogues');
let server: TestServer;

before(async () => {
  const authority = await createAuthority(folder.path);
  const certificate = await authority.issue('relay.test', ['localhost', '127.0.0.1']);
  const keys = makeScramKeys('secretpassword');
  server = await startTestServer({
    certificate,
    limits: { message_size: 1024 * 1024, command_line: 1000 },
    listeners: [
      { roles: ['outbound', 'inbound'], tls: 'starttls' },
      { roles: ['submission'], tls: 'implicit' },
    ],
    hooks: { credentials: (name) => (name === 'user@testserver' ? keys : undefined) },
  });
});

after(async () => {
  await server[Symbol.asyncDispose]();
  folder.remove();
});

test('there are dialogues to replay', { skip }, () => assert.equal(files.length, 18));

for (const file of files) {
  test(`dialogue ${basename(file)}`, { skip }, async () => {
    const before = server.kept.messages.length;
    const ports = { plain: server.port(0), implicitTls: server.port(1) };
    await playTranscript(readFileSync(file, 'utf8'), { ports, differ: DIFFER });
    assert.deepEqual(server.kept.violations, []);
    if (basename(file) === 'data_dot_stuffing.cmy') {
      const stored = server.kept.messages[before]?.content.toString().replaceAll('\r\n', '\n');
      assert.equal(stored, readFileSync(`${file}.verify`, 'utf8'));
    }
  });
}

interface Seed {
  seed: string;
  mode: string;
  lines: string[];
}

test('the fuzz seeds: every line has an answer or ends the session', { skip }, async () => {
  const seeds = JSON.parse(readFileSync(suitePath('smtp-dialogs', 'chasquid-fuzz-seeds.json'), 'utf8')) as Seed[];
  assert.ok(seeds.length > 0);
  const { SmtpClient } = await import('../support/smtp-client.ts');
  for (const { lines, mode } of seeds) {
    const implicitTls = mode.includes('tls');
    await using client = await SmtpClient.connect({
      port: server.port(implicitTls ? 1 : 0),
      implicitTls,
      timeoutMs: 5000,
    });
    await client.expect(220);
    let inData = false;
    for (const line of lines) {
      client.send(Buffer.from(`${line}\r\n`));
      if (inData && line !== '.') continue;
      const reply = await client.replyOrEnd();
      if (reply === undefined) break;
      assert.ok(reply.code >= 200 && reply.code < 600, reply.text);
      inData = reply.code === 354;
    }
  }
});
