// What real programs say to the SMTP server besides mail: HAProxy's PROXY headers, XCLIENT of swaks, client certificates
// of Postfix and openssl, SCRAM of msmtp; and a Postfix that is asked whom it knows.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { type Authority, type Certificate, createAuthority } from '../support/certificates.ts';
import { eventsOf } from '../support/mail.ts';
import { freePorts, waitForPort } from '../support/ports.ts';
import { type Postfix, skipWithoutPostfix, startPostfix } from '../support/postfix.ts';
import { findProgram, run, runOrThrow, skipWithoutPrograms, startProcess } from '../support/processes.ts';
import { type Relay, startRelay, type Table } from '../support/relay.ts';
import { type ScriptedReceiver, startReceiver } from '../support/scripted-receiver.ts';
import { SmtpClient } from '../support/smtp-client.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

const skip = skipWithoutPrograms(['openssl']);
const PASSWORD = 'a long enough password';

interface World {
  temp: TemporaryFolder;
  authority: Authority;
  /** Known to acme by its name, by its fingerprint, by its key; and known to nobody. */
  certificates: { name: Certificate; fingerprint: Certificate; key: Certificate; nobody: Certificate };
  relay: Relay;
  receiver: ScriptedReceiver;
  ports: { proxied: number; open: number; submission: number; gamma: number };
}

let world: World;

async function digest(command: string): Promise<string> {
  return (await runOrThrow('sh', ['-c', command])).trim().split(/[ =]/).at(-1) ?? '';
}

function customers(
  { certificates: { fingerprint, key } }: Pick<World, 'certificates'>,
  gamma: number,
): Promise<Table[]> {
  const domain = (name: string): Table => ({ name, outbound: true, inbound: true, subdomains: false, verified: true });
  return Promise.all([
    digest(`openssl x509 -in ${fingerprint.certificate} -noout -fingerprint -sha256`),
    digest(`openssl x509 -in ${key.certificate} -pubkey -noout | openssl pkey -pubin -outform der | openssl sha256`),
  ]).then(([print, publicKey]) => [
    {
      id: 'acme',
      pools: ['standard'],
      sources: ['127.0.0.5'],
      domains: [domain('acme.test')],
      logins: [{ name: 'acme-app', password: PASSWORD }],
      certificates: [
        { name: 'mx.acme.test' },
        { fingerprint: `sha256:${print ?? ''}` },
        { public_key: publicKey ?? '' },
      ] as Table[],
    },
    {
      id: 'beta',
      pools: ['standard'],
      domains: [domain('beta.test')],
      recipient_check: 'list',
      recipients: ['ann@beta.test'],
      mailhosts: [{ host: '127.0.0.1', port: 9 }],
    },
    {
      id: 'gamma',
      pools: ['standard'],
      domains: [domain('gamma.test')],
      recipient_check: 'call-ahead',
      mailhosts: [{ host: '127.0.0.1', port: gamma }],
    },
  ]);
}

async function buildWorld(): Promise<World> {
  const temp = temporaryFolder('accepting');
  const authority = await createAuthority(temp.path);
  const server = await authority.issue('relay.test', ['relay.test']);
  const certificates = {
    name: await authority.issue('name', ['mx.acme.test']),
    fingerprint: await authority.issue('fingerprint', ['a.other.test']),
    key: await authority.issue('key', ['b.other.test']),
    nobody: await authority.issue('nobody', ['c.other.test']),
  };
  const receiver = await startReceiver();
  const [open = 0, proxied = 0, submission = 0, gamma = 0] = await freePorts(4);
  const relay = await startRelay({
    folder: temp.file('relay'),
    apply: {
      pool: [{ name: 'standard', addresses: [{ ip: '127.0.0.1', hostname: 'out1.relay.test', state: 'active' }] }],
      customer: await customers({ certificates }, gamma),
    },
    config: {
      listener: [
        {
          address: `127.0.0.1:${open}`,
          roles: ['outbound', 'inbound'],
          tls: 'starttls',
          client_certificates: true,
          testers: ['127.0.0.9'],
        },
        { address: `127.0.0.1:${proxied}`, roles: ['outbound', 'inbound'], tls: 'none', proxies: ['127.0.0.1'] },
        { address: `127.0.0.1:${submission}`, roles: ['submission'], tls: 'implicit', client_certificates: true },
      ],
      tls: { certificate: server.certificate, key: server.key, client_ca: authority.ca },
      route: [{ domain: 'example.test', hosts: [`127.0.0.1:${receiver.port}`] }],
    },
  });
  return { temp, authority, certificates, relay, receiver, ports: { open, proxied, submission, gamma } };
}

/** RCPT's reply as a stranger on the listener at `port` gets it. */
async function rcpt(port: number, to: string): Promise<string> {
  await using client = await SmtpClient.connect({ port });
  await client.hello();
  await client.expect(250, 'MAIL FROM:<stranger@example.net>');
  const reply = await client.command(`RCPT TO:<${to}>`);
  await client.quit();
  return reply.text;
}

/** The acceptance of the newest message to this address, from the trace. */
async function acceptedOf(to: string): Promise<Record<string, unknown> | undefined> {
  return until(`the acceptance of mail to ${to}`, async () => {
    const { stdout } = await world.relay.cli('trace', `to:${to}`, '--json');
    const [line = ''] = stdout.trim().split('\n');
    const id = /"id":"([0-9a-z]+)"/.exec(line)?.[1];
    const events = id === undefined ? [] : await eventsOf(world.relay.dataDir, id);
    const accepted = events.find(({ type }) => type === 'message.accepted');
    return accepted !== undefined && 'meta' in accepted ? { ...accepted.meta.origin } : undefined;
  });
}

const swaks = (...args: string[]) =>
  run('swaks', ['--from', 'a@acme.test', '--header', 'From: <a@acme.test>', ...args]);

before(async () => {
  if (skip === false) world = await buildWorld();
});
after(async () => {
  await world?.relay.stop();
  await world?.receiver.close();
  world?.temp.remove();
});

describe('who a client is, said by proxies, testers and certificates', { skip }, () => {
  test('HAProxy, both versions and its health checks', {
    skip: skipWithoutPrograms(['haproxy', 'swaks']),
  }, async () => {
    const [first = 0, second = 0, stats = 0] = await freePorts(3);
    const configuration = world.temp.file('haproxy.cfg');
    const listen = (name: string, port: number, send: string) =>
      `listen ${name}\n bind 127.0.0.1:${port}\n server relay 127.0.0.1:${world.ports.proxied} ${send}\n`;
    writeFileSync(
      configuration,
      'defaults\n mode tcp\n timeout connect 5s\n timeout client 30s\n timeout server 30s\n' +
        listen('one', first, 'send-proxy') +
        listen('two', second, 'send-proxy-v2 proxy-v2-options crc32c,unique-id check check-send-proxy inter 200') +
        `listen stats\n bind 127.0.0.1:${stats}\n mode http\n stats enable\n stats uri /\n`,
    );
    await using _proxy = Object.assign(startProcess('haproxy', ['-db', '-f', configuration], { name: 'haproxy' }), {
      async [Symbol.asyncDispose]() {
        await _proxy.stop();
      },
    });
    await waitForPort(first, 10_000);
    for (const [version, port] of [first, second].entries()) {
      const to = `proxied${version}@example.test`;
      const taken = await swaks('--server', `127.0.0.1:${port}`, '--local-interface', '127.0.0.5', '--to', to);
      assert.equal(taken.code, 0, taken.stdout);
      assert.equal((await acceptedOf(to))?.['ip'], '127.0.0.5');
      const stranger = await swaks('--server', `127.0.0.1:${port}`, '--local-interface', '127.0.0.6', '--to', to);
      assert.match(stranger.stdout, /550 5\.7\.1 Relaying denied/);
    }
    // LOCAL: the check is answered, so the server counts as up.
    const csv = await until('the health check of HAProxy', async () => {
      const answer = await fetch(`http://127.0.0.1:${stats}/;csv`).then((response) => response.text());
      return /^two,relay,.*,UP,/m.test(answer) && /^two,relay,.*L4OK/m.test(answer) ? answer : undefined;
    });
    assert.ok(csv);
  });

  test('swaks with XCLIENT', { skip: skipWithoutPrograms(['swaks']) }, async () => {
    const server = ['--server', `127.0.0.1:${world.ports.open}`, '--local-interface', '127.0.0.9'];
    const refused = await swaks(...server, '--to', 'x1@example.test');
    assert.match(refused.stdout, /550 5\.7\.1 Relaying denied/);
    const taken = await swaks(
      ...server,
      '--to',
      'x2@example.test',
      '--xclient-addr',
      '127.0.0.5',
      '--xclient-name',
      'mx',
    );
    assert.equal(taken.code, 0, taken.stdout);
    assert.match(taken.stdout, /XCLIENT .*ADDR=127\.0\.0\.5/);
    assert.equal((await acceptedOf('x2@example.test'))?.['ip'], '127.0.0.5');
    const login = await swaks(...server, '--to', 'x3@example.test', '--xclient', 'ADDR=192.0.2.9 LOGIN=acme-app');
    assert.equal(login.code, 0, login.stdout);
    assert.equal((await acceptedOf('x3@example.test'))?.['login'], 'acme-app');
    const stranger = await swaks(
      '--server',
      `127.0.0.1:${world.ports.open}`,
      '--to',
      'x4@example.test',
      '--xclient-addr',
      '127.0.0.5',
    );
    assert.notEqual(stranger.code, 0);
    assert.doesNotMatch(stranger.stdout, /250[- ]XCLIENT/);
  });

  test('Postfix with a client certificate: by name, fingerprint and key, and not without', {
    skip: skipWithoutPostfix,
  }, async () => {
    const send = async (kind: string, files: Certificate | undefined) => {
      const [port = 0] = await freePorts(1);
      const main: Record<string, string> = { smtp_tls_security_level: 'encrypt', smtp_tls_CAfile: world.authority.ca };
      if (files !== undefined) {
        Object.assign(main, { smtp_tls_cert_file: files.certificate, smtp_tls_key_file: files.key });
      }
      await using customer = await startPostfix({
        folder: world.temp.file(`customer-${kind}`),
        hostname: 'customer.test',
        ports: [port],
        relayhost: { host: '127.0.0.1', port: world.ports.open },
        main: { ...main, bounce_queue_lifetime: '0', soft_bounce: 'no' },
      });
      const to = `tls-${kind}@example.test`;
      await using client = await SmtpClient.connect({ port });
      await client.hello();
      const content = Buffer.from(`From: <a@acme.test>\r\nTo: <${to}>\r\nSubject: ${kind}\r\n\r\nHello.\r\n`);
      assert.equal((await client.message({ from: 'a@acme.test', to: [to], content })).code, 250);
      const refused = kind === 'nobody' || kind === 'none';
      const log = await until('the delivery by Postfix', () => {
        const text = customer.log();
        return new RegExp(`to=<${to}>.*status=`).test(text) ? text : undefined;
      });
      assert.match(log, refused ? /status=bounced .*550 5\.7\.1/ : /status=sent .*queued as/, kind);
      if (refused) return;
      const fingerprint = await digest(`openssl x509 -in ${files?.certificate ?? ''} -noout -fingerprint -sha256`);
      assert.equal((await acceptedOf(to))?.['certificate'], fingerprint.replaceAll(':', '').toLowerCase());
    };
    const all: [string, Certificate | undefined][] = [...Object.entries(world.certificates), ['none', undefined]];
    await Promise.all(all.map(([kind, files]) => send(kind, files)));
  });

  test('openssl s_client on a submission port: a certificate is as good as a login', async () => {
    const say = async (files: Certificate | undefined) => {
      const args = ['s_client', '-connect', `127.0.0.1:${world.ports.submission}`, '-quiet', '-ign_eof'];
      if (files !== undefined) args.push('-cert', files.certificate, '-key', files.key);
      const child = spawn(findProgram('openssl') ?? '', args, { stdio: ['pipe', 'pipe', 'ignore'] });
      let heard = '';
      child.stdout.setEncoding('latin1');
      child.stdout.on('data', (text: string) => {
        if (heard === '') child.stdin.write('EHLO client.test\r\nMAIL FROM:<a@acme.test>\r\nQUIT\r\n');
        heard += text;
      });
      await new Promise((resolve) => child.once('close', resolve));
      return heard;
    };
    assert.match(await say(world.certificates.fingerprint), /250 2\.1\.0 Sender ok/);
    assert.match(await say(world.certificates.nobody), /530 5\.7\.0 Authentication required/);
    assert.match(await say(undefined), /530 5\.7\.0 Authentication required/);
  });
});

describe('logins of mail programs', { skip }, () => {
  test('msmtp: SCRAM-SHA-256, PLAIN and LOGIN', { skip: skipWithoutPrograms(['msmtp']) }, async () => {
    const send = (method: string, password: string) => {
      const to = `${method}@example.test`;
      const args = ['--host=127.0.0.1', `--port=${world.ports.submission}`, '--tls=on', '--tls-starttls=off'];
      args.push('--tls-certcheck=off', `--auth=${method}`, '--user=acme-app', `--passwordeval=echo '${password}'`);
      args.push('--file=/dev/null', '--from=a@acme.test', to);
      const message = `From: <a@acme.test>\\nTo: <${to}>\\nSubject: ${method}\\n\\nHello.\\n`;
      return run('sh', ['-c', `printf '${message}' | msmtp "$@"`, 'msmtp', ...args]);
    };
    for (const method of ['scram-sha-256', 'plain', 'login']) {
      const sent = await send(method, PASSWORD);
      assert.equal(sent.code, 0, `${method}: ${sent.stderr}`);
      assert.equal((await acceptedOf(`${method}@example.test`))?.['login'], 'acme-app');
      const refused = await send(method, `${PASSWORD}x`);
      assert.notEqual(refused.code, 0, method);
      assert.match(refused.stderr, /535|authentication failed/i);
    }
  });

  test('python’s smtplib: STARTTLS, a login, SIZE and 8BITMIME, SMTPUTF8', {
    skip: skipWithoutPrograms(['python3']),
  }, async () => {
    const program = String.raw`
import smtplib, ssl, sys
context = ssl.create_default_context(cafile=sys.argv[2])
with smtplib.SMTP('127.0.0.1', int(sys.argv[1])) as client:
    client._host = 'relay.test'
    client.starttls(context=context)
    client.login('acme-app', sys.argv[3])
    assert client.has_extn('limits') and client.esmtp_features['limits'].startswith('MAILMAX='), client.esmtp_features
    for to, body, options in [
        ('py1@example.test', 'Hello.', []),
        ('py2@example.test', 'Moien, zw\u00e9i.', ['BODY=8BITMIME']),
        ('z\u00e9@example.test', 'Moien.', ['BODY=8BITMIME', 'SMTPUTF8']),
    ]:
        text = 'From: a@acme.test\r\nTo: %s\r\nSubject: python\r\n\r\n%s\r\n.\r\n..\r\n' % (to, body)
        assert client.sendmail('a@acme.test', [to], text.encode(), mail_options=options) == {}
    try:
        client.sendmail('x@other.test', ['py3@example.test'], b'From: x@other.test\r\n\r\n')
        raise SystemExit('taken')
    except smtplib.SMTPRecipientsRefused as refused:
        assert refused.recipients['py3@example.test'][0] == 550, refused.recipients
`;
    const args = ['-c', program, String(world.ports.open), world.authority.ca, PASSWORD];
    const { code, stdout, stderr } = await run('python3', args);
    assert.equal(code, 0, stdout + stderr);
    assert.equal((await acceptedOf('py2@example.test'))?.['login'], 'acme-app');
    const arrived = await until('all that Python sent', () => {
      const found = world.receiver.messages.filter(({ rcpts }) => /<(py\d|z.*)@example/.test(String(rcpts)));
      return found.length >= 3 ? found : undefined;
    });
    assert.ok(arrived.every(({ content }) => content.endsWith('\r\n.\r\n..\r\n')));
  });
});

describe('inbound recipients', { skip }, () => {
  test('a list of recipients', async () => {
    assert.match(await rcpt(world.ports.open, 'Ann@beta.test'), /^250/);
    assert.match(await rcpt(world.ports.open, 'bob@beta.test'), /^550 5\.1\.1 No such recipient here/);
    assert.match(await rcpt(world.ports.open, 'postmaster@beta.test'), /^250/);
    await until('the refusal in the trace of the customer', async () => {
      const { stdout } = await world.relay.cli('trace', 'customer:beta', '--json');
      return stdout.includes('bob@beta.test') || undefined;
    });
  });

  test('a Postfix is asked whom it knows; what it said counts when it is gone', {
    skip: skipWithoutPostfix,
  }, async () => {
    const start = (): Promise<Postfix> =>
      startPostfix({
        folder: world.temp.file('gamma'),
        hostname: 'gamma.test',
        ports: [world.ports.gamma],
        maildir: true,
        main: { virtual_mailbox_domains: 'gamma.test', virtual_mailbox_maps: 'inline:{{ann@gamma.test=mail/}}' },
      });
    const host = await start();
    try {
      assert.match(await rcpt(world.ports.open, 'ann@gamma.test'), /^250/);
      assert.match(await rcpt(world.ports.open, 'bob@gamma.test'), /^550 5\.1\.1 No such recipient here/);
      assert.match(host.log(), /reject: RCPT from .*<bob@gamma\.test>/);
      const rejects = host.log().match(/reject: RCPT/g)?.length;
      assert.match(await rcpt(world.ports.open, 'bob@gamma.test'), /^550/);
      assert.equal(host.log().match(/reject: RCPT/g)?.length, rejects);
    } finally {
      await host.stop();
    }
    assert.match(await rcpt(world.ports.open, 'ann@gamma.test'), /^250/);
    assert.match(await rcpt(world.ports.open, 'carl@gamma.test'), /^451 4\.4\.1 Recipient cannot be checked now/);
    await world.relay.stop();
    const { folder } = world.relay;
    const again = startProcess('bin/easymail', ['start', '--config', world.relay.configFile], { name: 'again' });
    try {
      await again.waitForLine(/"msg":"ready"/, 20_000);
      assert.match(await rcpt(world.ports.open, 'ann@gamma.test'), /^250/);
      assert.match(await rcpt(world.ports.open, 'carl@gamma.test'), /^451/);
      assert.ok(readFileSync(`${folder}/data/recipients.db`).length > 0);
    } finally {
      await again.stop();
    }
  });
});
