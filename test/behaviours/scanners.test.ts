// Mail through a relay with real scanners: what they find, and what becomes of mail while they are killed, hang, restart
// or answer rubbish. Nothing passes unscanned, nothing is lost, all flows when they are back.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { after, before, test } from 'node:test';
import type { AcceptedEvent } from '../../src/mail/report/events.ts';
import {
  type BetweenCustomers,
  beta,
  isFoundByVirusPolicy,
  meetsInboundProtection,
  survivesKill,
  waitsForScanner,
  waitsForSuspension,
} from '../support/between-customers.ts';
import { type Clamd, EICAR, skipWithoutClamd, startClamd } from '../support/clamd.ts';
import { CLEAN, type Fault, http, NO_SPAM, startFaultyClamd, startFaultyRspamd } from '../support/faulty-scanners.ts';
import { waitForEvent } from '../support/mail.ts';
import { PatientSender } from '../support/patient-sender.ts';
import { freePorts } from '../support/ports.ts';
import { acmeProvision, callApi, type Relay, type RelayOptions, startRelay, type Table } from '../support/relay.ts';
import { GTUBE, type Rspamd, skipWithoutRspamd, startRspamd } from '../support/rspamd.ts';
import { type ScriptedReceiver, startReceiver } from '../support/scripted-receiver.ts';
import { type Reply, SmtpClient } from '../support/smtp-client.ts';
import { skipWithout, suiteFiles } from '../support/suites.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

const skip = skipWithoutClamd || skipWithoutRspamd;

let folder: TemporaryFolder;
let relay: Relay;
let options: RelayOptions;
let internet: ScriptedReceiver;
let clamd: Clamd;
let rspamd: Rspamd;
let clamdPort = 0;
let rspamdPorts = { scan: 0, controller: 0 };

const startVirusScanner = () => startClamd({ folder: folder.file('clamd'), port: clamdPort });
const startSpamScanner = () =>
  startRspamd({
    folder: folder.file('rspamd'),
    ports: rspamdPorts,
    rules: { TEST_SEVEN: { text: 'worth seven points', score: 7 } },
  });

before(async () => {
  if (skip !== false) return;
  folder = temporaryFolder('scanners');
  const [first = 0, scan = 0, controller = 0] = await freePorts(3);
  clamdPort = first;
  rspamdPorts = { scan, controller };
  [clamd, rspamd, internet] = await Promise.all([startVirusScanner(), startSpamScanner(), startReceiver()]);
  const provision = acmeProvision({ mailhost: { host: '127.0.0.1', port: internet.port } });
  const [acme] = provision['customer'] as Table[];
  options = {
    folder: folder.file('relay'),
    config: {
      route: [{ domain: '*', hosts: [`127.0.0.1:${internet.port}`], tls: 'none' }],
      clamd: [{ address: `127.0.0.1:${clamdPort}`, timeout: '2s' }],
      rspamd: [{ address: `127.0.0.1:${scan}`, timeout: '2s', controller: `127.0.0.1:${controller}` }],
      inspect: { time: '20s' },
      operator: { postmaster: ['ops@ops.test'] },
    },
    apply: { ...provision, customer: [{ ...acme, sources: ['127.0.0.1'] }, beta(internet.port)] },
  };
  relay = await startRelay(options);
  // A customer's sender of so many viruses would be locked soon (docs/senders.md).
  await settings('outbound', { lock_senders: false });
});

async function settings(direction: 'inbound' | 'outbound', set: Record<string, unknown>): Promise<void> {
  const path = `/api/v1/protection?direction=${direction}`;
  const answer = await callApi(relay.dataDir, { method: 'PATCH', path, headers: { 'if-match': '*' }, body: { set } });
  assert.equal(answer.status, 200, answer.body);
}

after(async () => {
  await relay?.stop();
  await Promise.all([clamd?.stop(), rspamd?.stop(), internet?.close()]);
  folder?.remove();
});

const WORDS = 'The committee meets on Thursday to look at the figures of the last quarter.\r\n';

interface Mail {
  direction?: 'inbound' | 'outbound';
  to: string;
  body?: string;
  /** Header lines of the content, with their line ends. */
  type?: string;
}

async function send({ direction = 'outbound', to, body = WORDS, type = '' }: Mail): Promise<Reply> {
  const [from, port] =
    direction === 'outbound' ? ['a@acme.test', relay.ports.outbound] : ['a@there.test', relay.ports.inbound];
  await using client = await SmtpClient.connect({ port });
  await client.hello();
  const header = `From: A <${from}>\r\nTo: <${to}>\r\nSubject: hello\r\nDate: Sun, 22 Nov 2026 10:00:00 +0000\r\n`;
  const content = `${header}Message-ID: <${to}>\r\nMIME-Version: 1.0\r\n${type}\r\n${body}`;
  const reply = await client.message({ from, to: [to], content: Buffer.from(content, 'latin1') });
  await client.quit();
  return reply;
}

const idIn = ({ text }: Reply) => /queued as (\S+)/.exec(text)?.[1] ?? assert.fail(text);

/** A mail with one file. */
function withFile(name: string, file: Buffer): Pick<Mail, 'type' | 'body'> {
  const encoded = file.toString('base64').replaceAll(/.{76}/g, '$&\r\n');
  const part = `Content-Type: application/octet-stream; name="${name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n${encoded}`;
  return {
    type: 'Content-Type: multipart/mixed; boundary="part"\r\n',
    body: `--part\r\nContent-Type: text/plain\r\n\r\n${WORDS}\r\n--part\r\n${part}\r\n--part--\r\n`,
  };
}

async function notesOf(id: string): Promise<NonNullable<AcceptedEvent['meta']['inspection']>> {
  const events = await waitForEvent(relay.dataDir, id, 'message.accepted');
  const accepted = events.find((event): event is AcceptedEvent => event.type === 'message.accepted');
  return accepted?.meta.inspection ?? [];
}

const arrived = (to: string) => internet.messages.filter(({ rcpts }) => rcpts.some((one) => one.includes(to)));

test('clean mail passes in both directions, and the trace says what each scanner found', { skip }, async () => {
  for (const [direction, to] of [
    ['outbound', 'clean@there.test'],
    ['inbound', 'clean@acme.test'],
  ] as const) {
    const notes = await notesOf(idIn(await send({ direction, to })));
    const virus = notes.find(({ check }) => check === 'virus');
    const spam = notes.find(({ check }) => check === 'spam');
    assert.deepEqual([virus?.result, virus?.verdict], ['clean', 'pass']);
    assert.deepEqual([spam?.result, spam?.verdict], ['pass', 'pass']);
    assert.equal(typeof spam?.details?.['score'], 'number');
    assert.ok(Array.isArray(spam?.details?.['symbols']));
    await until('the mail', () => (arrived(to).length === 1 ? true : undefined));
  }
});

test('EICAR in every wrapper is refused in both directions', {
  skip: skip || skipWithout('virus-samples'),
}, async () => {
  const samples = suiteFiles('virus-samples', (path) => basename(path).startsWith('eicar'));
  assert.ok(samples.length >= 10);
  for (const direction of ['outbound', 'inbound'] as const) {
    for (const path of samples) {
      const to = direction === 'outbound' ? 'virus@there.test' : 'virus@acme.test';
      const reply = await send({ direction, to, ...withFile(basename(path), readFileSync(path)) });
      assert.equal(reply.text, '550 5.7.1 A virus was found in this message', basename(path));
    }
  }
  assert.deepEqual([...arrived('virus@there.test'), ...arrived('virus@acme.test')], []);
});

test('a virus in a large mail is found too: it is fed while it arrives', { skip }, async () => {
  const bytes = randomBytes(1_500_000);
  assert.match((await send({ to: 'large-clean@there.test', ...withFile('data.bin', bytes) })).text, /^250 /);
  const both = Buffer.concat([Buffer.from(EICAR), Buffer.from(' '.repeat(60))]);
  const clean = withFile('data.bin', bytes).body ?? '';
  const virus = withFile('a.com', both).body ?? '';
  const mixed = { ...withFile('', both), body: clean.replace(/--part--\r\n$/, '') + virus };
  assert.match((await send({ to: 'large@there.test', ...mixed })).text, /^550 5\.7\.1 A virus/);
});

test('spam is refused, tagged before its subject or let be, as the settings of the direction say', {
  skip,
}, async () => {
  assert.match(
    (await send({ direction: 'inbound', to: 'b@acme.test', body: GTUBE })).text,
    /5\.7\.1 This message looks like spam/,
  );
  assert.equal((await send({ to: 'b@there.test', body: GTUBE })).code, 550);
  await settings('inbound', { spam_subject: '[SPAM]' });
  const body = `${WORDS}This is worth seven points.\r\n`;
  // The threads hear of the change a moment after it was made.
  const tagged = await until('a tagged mail', async () => {
    assert.equal((await send({ direction: 'inbound', to: 'tagged@acme.test', body })).code, 250);
    return arrived('tagged@acme.test').find(({ content }) => content.includes('[SPAM]'));
  });
  assert.match(tagged.content, /^X-Spam-Flag: YES\r$/m);
  assert.match(tagged.content, /^Subject: \[SPAM\] hello\r$/m);
  assert.equal((await send({ to: 'untagged@there.test', body })).code, 250);
  const untagged = await until('the mail', () => arrived('untagged@there.test')[0]);
  assert.doesNotMatch(untagged.content, /X-Spam|\[SPAM\]/);
});

const between: BetweenCustomers = {
  relay: () => relay,
  get hosts() {
    return internet;
  },
};

test('mail to another customer: passed, marked, refused or held as that one’s inbound settings say', { skip }, () =>
  meetsInboundProtection(between),
);

test('mail to a customer that is suspended waits, by whatever way it is led, and then goes on', { skip }, () =>
  waitsForSuspension(between),
);

test('what was scanned, how long it took, and what each scanner is like is told', { skip }, async () => {
  const answer = await callApi(relay.dataDir, { path: '/api/v1/scanners' });
  assert.equal(answer.status, 200, answer.body);
  const { entries, times, learning, starts } = JSON.parse(answer.body) as {
    entries: {
      scanner: string;
      state: string;
      incomplete: boolean | null;
      engine: string | null;
      probe_ms: number | null;
      last_hour: { scans: number; mean_ms: number | null; results: { result: string }[]; slots: number[] };
    }[];
    times: { scanner: string; half_ms: number; most_ms: number }[];
    learning: { controllers: { state: string }[] };
    starts: string[];
  };
  assert.deepEqual(
    entries.map(({ scanner, state, incomplete }) => [scanner, state, incomplete]),
    [
      ['clamd', 'up', false],
      ['rspamd', 'up', null],
    ],
  );
  const [virus, spam] = entries;
  assert.match(virus?.engine ?? '', /^ClamAV /);
  assert.ok(virus !== undefined && spam !== undefined && (virus.probe_ms ?? 0) > 0 && (spam.probe_ms ?? 0) > 0);
  assert.ok(virus.last_hour.results.some(({ result }) => result === 'virus'));
  assert.ok(spam.last_hour.scans > 0 && (spam.last_hour.mean_ms ?? 0) > 0);
  assert.deepEqual([virus.last_hour.slots.length, starts.length], [12, 12]);
  assert.ok(times.length === 2 && times.every(({ half_ms: half, most_ms: most }) => half <= most));
  assert.deepEqual(
    learning.controllers.map(({ state }) => state),
    ['refused'],
    'no password was configured',
  );
});

const isLater = (text: string) => text.startsWith('451 4.7.1 Content cannot be checked now');

/** Nothing passes while it lasts; all flows afterwards. */
async function nothingPasses(name: string, outage: () => Promise<() => Promise<unknown>>): Promise<void> {
  const sender = new PatientSender(name, { send, arrived });
  await sender.round();
  // Each thread finds out by itself that the scanners of the test before are back.
  await sender.untilTaken();
  const mend = await outage();
  const before = sender.told.length;
  for (let i = 0; i < 2; i++) await sender.round();
  const during = sender.told.slice(before).filter((text) => !text.includes('virus'));
  assert.ok(during.length >= 4 && during.every(isLater), during.join('\n'));
  await mend();
  await sender.allThrough();
}

test('clamd killed, then started again', { skip }, () =>
  nothingPasses('killed', async () => {
    await clamd.kill();
    return async () => (clamd = await startVirusScanner());
  }),
);

test('clamd hung, then going on', { skip }, () =>
  nothingPasses('hung', async () => {
    clamd.hang();
    return async () => clamd.goOn();
  }),
);

test('clamd answering rubbish', { skip }, () =>
  nothingPasses('rubbish', async () => {
    await clamd.stop();
    const faulty = await startFaultyClamd({ fault: { say: '#: stream: perhaps\0' }, port: clamdPort });
    return async () => {
      await faulty[Symbol.asyncDispose]();
      clamd = await startVirusScanner();
    };
  }),
);

test('rspamd killed, then started again', { skip }, () =>
  nothingPasses('spam-killed', async () => {
    await rspamd.kill();
    return async () => (rspamd = await startSpamScanner());
  }),
);

test('rspamd hung, then going on', { skip }, () =>
  nothingPasses('spam-hung', async () => {
    rspamd.hang();
    return async () => rspamd.goOn();
  }),
);

test('rspamd answering rubbish', { skip }, () =>
  nothingPasses('spam-rubbish', async () => {
    await rspamd.stop();
    const faulty = await startFaultyRspamd({ fault: { say: http('perhaps') }, port: rspamdPorts.scan });
    return async () => {
      await faulty[Symbol.asyncDispose]();
      rspamd = await startSpamScanner();
    };
  }),
);

/** A message that ends the scanner's connection comes again twice, then waits for a person; all others go on. */
async function heldAfterThree(name: string, contents: () => number): Promise<void> {
  const body = `${WORDS}This ends the scanner, by ${name}.\r\n`;
  const passes = async (to: string) =>
    until('another mail', async () => ((await send({ to })).code === 250 ? true : undefined));
  await passes(`${name}-before@there.test`);
  let later = 0;
  const held = await until('it to be held', async () => {
    const reply = await send({ to: `${name}@there.test`, body });
    if (reply.code === 250) return reply;
    assert.ok(isLater(reply.text), reply.text);
    later += 1;
    await passes(`${name}-between-${later}@there.test`);
    return undefined;
  });
  // A thread counts it once for each probe that the scanner has passed.
  assert.ok(later >= 2 && later < 10, String(later));
  const scanned = contents();
  const again = await send({ to: `${name}-again@there.test`, body });
  assert.equal(again.code, 250);
  assert.equal(contents(), scanned, 'it is given to no scanner again');
  for (const reply of [held, again]) {
    const events = await waitForEvent(relay.dataDir, idIn(reply), 'message.held');
    const died = (events[0] as AcceptedEvent).meta.inspection?.find(({ result }) => result === 'died');
    assert.equal(died?.verdict, 'hold');
  }
  const { body: health } = await callApi(relay.dataDir, { path: '/api/v1/health' });
  assert.match(health, /"inspection"/);
  assert.deepEqual(arrived(`${name}@there.test`), []);
  const { code, stderr } = await relay.cli('quarantine', 'delete', 'reason:unscanned', '--yes');
  assert.equal(code, 0, stderr);
}

const endsOver = (fault: Fault, sound: Fault) => (content: string) =>
  content.includes('ends the scanner') ? fault : sound;

test('content that clamd is not through with in its time is held the third time', { skip }, async () => {
  await clamd.stop();
  const faulty = await startFaultyClamd({ fault: endsOver('hang', CLEAN), port: clamdPort });
  try {
    await heldAfterThree('clamd-late', () => faulty.contents);
  } finally {
    await faulty[Symbol.asyncDispose]();
  }
  clamd = await startVirusScanner();
});

test('content over which the connection to rspamd ends is held the third time', { skip }, async () => {
  await rspamd.stop();
  const faulty = await startFaultyRspamd({ fault: endsOver('close', { say: http(NO_SPAM) }), port: rspamdPorts.scan });
  try {
    await heldAfterThree('rspamd-ends', () => faulty.contents);
  } finally {
    await faulty[Symbol.asyncDispose]();
  }
  rspamd = await startSpamScanner();
});

test('mail to another customer waits for the scanners of that one', { skip }, () =>
  waitsForScanner(between, {
    stop: () => rspamd.stop(),
    start: async () => (rspamd = await startSpamScanner()),
  }),
);

test('what the scanner learns between the sender and the receiver is found by the receiver', { skip }, async () => {
  await clamd.stop();
  await isFoundByVirusPolicy(between, clamdPort);
  clamd = await startVirusScanner();
});

test('the relay killed while mail comes in at another customer', { skip }, () =>
  survivesKill(between, async () => (relay = await startRelay(options, relay.ports))),
);

test('other scanners are in force after SIGHUP, and the old ones again', { skip }, async () => {
  const finds = await startFaultyClamd({ fault: { say: '#: stream: Found.By.The.Other FOUND\0' } });
  const before = readFileSync(relay.configFile, 'utf8');
  const addresses = async (): Promise<string[]> =>
    (await callApi(relay.dataDir, { path: '/api/v1/scanners' })).body.match(/127\.0\.0\.1:\d+/g) ?? [];
  const reload = async (text: string, expected: RegExp) => {
    writeFileSync(relay.configFile, text);
    process.kill(relay.pid, 'SIGHUP');
    // Each of the two threads hears of it.
    let fitting = 0;
    await until('both threads to know', async () => {
      fitting = expected.test((await send({ to: `reload${randomBytes(4).toString('hex')}@there.test` })).text)
        ? fitting + 1
        : 0;
      return fitting >= 8 ? true : undefined;
    });
  };
  await reload(before.replaceAll(`127.0.0.1:${clamdPort}`, `127.0.0.1:${finds.port}`), /^550 5\.7\.1 A virus/);
  assert.ok((await addresses()).includes(`127.0.0.1:${finds.port}`), 'it is watched');
  assert.ok(!(await addresses()).includes(`127.0.0.1:${clamdPort}`));
  await reload(before, /^250 /);
  assert.ok((await addresses()).includes(`127.0.0.1:${clamdPort}`));
  assert.doesNotMatch(relay.running.output(), /"need_restart":\[[^\]]/);
  await finds[Symbol.asyncDispose]();
});

test('both gone, then back; the doctor says which is missing', { skip }, () =>
  nothingPasses('both', async () => {
    await Promise.all([clamd.kill(), rspamd.kill()]);
    const { stdout } = await relay.cli('doctor');
    assert.match(stdout, /clamd 127\.0\.0\.1:\d+.*cannot be reached/);
    assert.match(stdout, /rspamd 127\.0\.0\.1:\d+.*cannot be asked/);
    return async () => {
      [clamd, rspamd] = await Promise.all([startVirusScanner(), startSpamScanner()]);
    };
  }),
);

test('clamd restarting while mail comes: what is taken was scanned', { skip }, async () => {
  const sender = new PatientSender('restarting', { send, arrived });
  const restarts = (async () => {
    for (let i = 0; i < 3; i++) {
      await clamd.kill();
      clamd = await startVirusScanner();
    }
  })();
  for (let i = 0; i < 8; i++) await sender.round();
  await restarts;
  await sender.allThrough();
  assert.ok(
    sender.told.every((text) => isLater(text) || /^250 |^550 5\.7\.1 A virus/.test(text)),
    sender.told.join('\n'),
  );
});

test('nothing that was taken is left behind', { skip }, async () => {
  const counts = await relay.settled();
  assert.deepEqual([counts.queued, counts.deferred, counts.held, counts.quarantined], [0, 0, 0, 0]);
});
