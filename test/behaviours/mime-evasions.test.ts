// Mails that hide a virus or a file name in malformed MIME, through the whole relay with a real scanner: each is found or
// refused, none is delivered. Ordinary mail with all its quirks is.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { after, before, test } from 'node:test';
import { type Clamd, skipWithoutClamd, startClamd } from '../support/clamd.ts';
import { countsOf } from '../support/mail.ts';
import { wrappedContent, wrappedNames } from '../support/mime-evasions/all-files.ts';
import { combinedContent } from '../support/mime-evasions/combinations.ts';
import { hiddenContent } from '../support/mime-evasions/hidden-content.ts';
import { hiddenNames } from '../support/mime-evasions/hidden-names.ts';
import { rareNames, rarePlaces } from '../support/mime-evasions/more-ways.ts';
import { oddFileContent, oddFileNames } from '../support/mime-evasions/odd-files.ts';
import { acmeProvision, callApi, type Relay, startRelay } from '../support/relay.ts';
import { type ScriptedReceiver, startReceiver } from '../support/scripted-receiver.ts';
import { SmtpClient } from '../support/smtp-client.ts';
import { skipWithout, suiteFiles } from '../support/suites.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temp.ts';

let folder: TemporaryFolder;
let clamd: Clamd;
let relay: Relay;
let internet: ScriptedReceiver;

before(async () => {
  if (skipWithoutClamd !== false) return;
  folder = temporaryFolder('mime-evasions');
  internet = await startReceiver();
  clamd = await startClamd({ folder: `${folder.path}/clamd` });
  relay = await startRelay({
    folder: folder.path,
    config: {
      route: [{ domain: '*', hosts: [`127.0.0.1:${internet.port}`], tls: 'none' }],
      clamd: [{ address: clamd.socket }],
      operator: { postmaster: ['ops@ops.test'] },
    },
    apply: acmeProvision(),
  });
  // A thousand viruses from one sender: it would be locked, and each has to be judged by itself.
  await call('PATCH', '/api/v1/protection?direction=outbound', { set: { lock_senders: false }, reason: 'test' });
  await call('POST', '/api/v1/rules', {
    customer: 'acme',
    name: 'No programs',
    conditions: [{ on: 'attachment-name', in: ['*.exe'] }],
    actions: [{ do: 'reject' }],
  });
});

async function call(method: string, path: string, body: unknown): Promise<void> {
  const answer = await callApi(relay.dataDir, { method, path, body, headers: { 'if-match': '*' } });
  assert.ok(answer.status < 300, answer.body);
}

after(async () => {
  await relay?.stop();
  await clamd?.stop();
  await internet?.close();
  folder?.remove();
});

interface Mail {
  id: string;
  content: Buffer;
}

const BESIDE = 4;

/** Sends all, some at a time; what was said to each, by id. A refused session takes no more mail: each has its own. */
async function sendAll(mails: readonly Mail[]): Promise<Map<string, string>> {
  const said = new Map<string, string>();
  const left = [...mails];
  const sender = async () => {
    for (let mail = left.shift(); mail !== undefined; mail = left.shift()) {
      await using client = await SmtpClient.connect({ port: relay.ports.outbound, timeoutMs: 60_000 });
      await client.hello();
      const { id, content } = mail;
      const reply = await client.message({ from: 'a@acme.test', to: ['b@there.test'], content });
      said.set(id, `${reply.code} ${reply.lines[0] ?? ''}`);
    }
  };
  await Promise.all(Array.from({ length: BESIDE }, sender));
  return said;
}

function fromAcme({ id, content }: Mail): Mail {
  const text = content.toString('latin1').replace(/^From:.*\r\n(?:[ \t].*\r\n)*/im, 'From: <a@acme.test>\r\n');
  return { id, content: Buffer.from(text, 'latin1') };
}

async function assertNonePasses(mails: readonly Mail[]): Promise<Map<string, string>> {
  const said = await sendAll(mails.map(fromAcme));
  assert.equal(said.size, mails.length);
  const other = [...said].filter(([, reply]) => !/^55\d /.test(reply));
  assert.deepEqual(other, []);
  const counts = await countsOf(relay.dataDir);
  assert.deepEqual([internet.messages.length, counts.queued + counts.deferred], [0, 0]);
  return said;
}

test('no mail that hides a virus passes; nearly all are known for what they are', {
  skip: skipWithoutClamd,
}, async () => {
  const mails = hiddenContent();
  const said = await assertNonePasses(mails);
  const viruses = [...said.values()].filter((reply) => /virus/i.test(reply)).length;
  assert.ok(viruses > mails.length * 0.9, `${viruses} of ${mails.length} were found to hold the virus`);
});

test('no mail that hides a file name passes', { skip: skipWithoutClamd }, async () => {
  await assertNonePasses(hiddenNames('evil.exe'));
});

test('no file in an odd archive passes', { skip: skipWithoutClamd }, async () => {
  await assertNonePasses(oddFileContent());
  await assertNonePasses(oddFileNames('evil.exe'));
});

/** Of those that are taken apart in full elsewhere (`src/mail/inspect/content/evasions.test.ts`). */
const SAMPLE = 12;
const sampled = (mails: readonly Mail[]) => mails.filter((_, index) => index % SAMPLE === 0);

test('no broken archive passes, no odd document, and no two ways at once', { skip: skipWithoutClamd }, async () => {
  await assertNonePasses(sampled([...wrappedContent(), ...rarePlaces()]));
  await assertNonePasses(sampled([...wrappedNames('evil.exe'), ...rareNames('evil.exe')]));
  await assertNonePasses(sampled(sampled(combinedContent())));
});

const HAM = ['spam-ham/spamassassin/ham', 'spam-ham/spamassassin/ham-newsletters'];

test('ordinary mail passes as it is, whatever its mailer made of it', {
  skip: skipWithoutClamd || skipWithout('spam-ham'),
}, async () => {
  const files = HAM.flatMap((name) => suiteFiles(name, (path) => !/LICENSE|NOTICE|\.md$/.test(path)));
  const mails = files.map((path) => {
    // Lines end in CRLF on the wire; a mailbox file's first line is no part of a mail.
    const text = readFileSync(path, 'latin1')
      .replaceAll(/\r?\n|\r/g, '\r\n')
      .replace(/^>?From .*\r\n/, '');
    return fromAcme({ id: basename(path), content: Buffer.from(text.replaceAll('\0', ''), 'latin1') });
  });
  const said = await sendAll(mails);
  const refused = [...said].filter(([, reply]) => /^\d+ (?!.*queued as)/.test(reply));
  assert.deepEqual(refused, []);
  const { held, quarantined } = await countsOf(relay.dataDir);
  assert.deepEqual([held, quarantined], [0, 0]);
});
