// The check of a customer's port 25, with servers that are really there: a Postfix that takes mail from our address
// alone, one that takes it from all, and what else may answer at a port.

import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { PortFinding } from '../../src/control/firewall/check.ts';
import { probe } from '../../src/network/probe.ts';
import { unpackedPackages } from '../support/debian-package.ts';
import { freePorts, waitForPort } from '../support/ports.ts';
import { type Postfix, skipWithoutPostfix, startPostfix } from '../support/postfix.ts';
import { startProcess } from '../support/processes.ts';
import { type Relay, startRelay, type Table } from '../support/relay.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temp.ts';

const OURS = '127.0.0.50';
const STRANGER = '127.0.0.77';

let temp: TemporaryFolder;
let relay: Relay;
let shut: Postfix;
let open: Postfix;
let ports: { shut: number; open: number; nothing: number; hangsUp: number; mute: number };
const servers: Server[] = [];

async function listen(port: number, take: Parameters<typeof createServer>[1]): Promise<void> {
  const server = createServer({}, take);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
}

function customer(id: keyof typeof ports, source: string): Table {
  return {
    id: id.toLowerCase(),
    pools: ['standard'],
    sources: [source],
    domains: [{ name: `${id.toLowerCase()}.test`, verified: true }],
    mailhosts: [{ host: '127.0.0.1', port: ports[id] }],
  };
}

async function findings(id: keyof typeof ports): Promise<{ port: PortFinding; code: number | null }> {
  const { stdout, code } = await relay.cli('firewall', '--customer', id.toLowerCase(), '--check', '--json');
  const all = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as PortFinding);
  const port = all.find((one) => one.port === ports[id]);
  assert.ok(port, stdout);
  return { port, code };
}

describe('port 25 of a customer', { skip: skipWithoutPostfix }, () => {
  before(async () => {
    temp = temporaryFolder('firewall');
    const [a = 0, b = 0, c = 0, d = 0, e = 0] = await freePorts(5);
    ports = { shut: a, open: b, nothing: c, hangsUp: d, mute: e };
    shut = await startPostfix({
      folder: join(temp.path, 'shut'),
      hostname: 'mx.shut.test',
      ports: [ports.shut],
      maildir: true,
      main: { smtpd_client_restrictions: `check_client_access inline:{${OURS}=OK}, reject` },
    });
    open = await startPostfix({
      folder: join(temp.path, 'open'),
      hostname: 'mx.open.test',
      ports: [ports.open],
      maildir: true,
    });
    await listen(ports.hangsUp, (socket) => {
      if (socket.remoteAddress === OURS) socket.write('220 mx.test ESMTP\r\n');
      else socket.destroy();
      socket.on('data', (line) => socket.write(`${line.toString().startsWith('QUIT') ? 221 : 250} ok\r\n`));
      socket.on('error', () => undefined);
    });
    await listen(ports.mute, (socket) => socket.on('error', () => undefined));
    relay = await startRelay({
      folder: join(temp.path, 'relay'),
      config: { probe: { address: [STRANGER], timeout: '2s' } },
      apply: {
        pool: [
          { name: 'standard', addresses: [{ ip: '127.0.0.51', hostname: 'out1.relay.test', state: 'draining' }] },
          { name: 'inbound', addresses: [{ ip: OURS, hostname: 'in1.relay.test', state: 'active' }] },
        ],
        customer: [
          customer('shut', '127.0.0.2'),
          customer('open', '127.0.0.3'),
          customer('nothing', '127.0.0.4'),
          customer('hangsUp', '127.0.0.5'),
          customer('mute', '127.0.0.6'),
        ],
      },
    });
  });

  after(async () => {
    await relay?.stop();
    await shut?.stop();
    await open?.stop();
    for (const server of servers) server.close();
    temp?.remove();
  });

  test('a Postfix that lets in our address alone is shut', async () => {
    const { port } = await findings('shut');
    assert.equal(port.state, 'shut', port.reason);
    assert.match(port.reason, /at rcpt strangers are told 554 .*Client host rejected/);
    assert.equal(port.ours, 'open');
    assert.equal(port.from, STRANGER);
  });

  test('a Postfix that takes mail from anyone is open, and the exit code says it', async () => {
    const { port, code } = await findings('open');
    assert.equal(port.state, 'open', port.reason);
    assert.equal(code, 1);
    const { stdout } = await relay.cli('doctor', '--customer', 'open');
    assert.match(stdout, /fault\s*127\.0\.0\.1 \[127\.0\.0\.1\] port \d+: open/);
    assert.match(stdout, /ok\s+probe address 127\.0\.0\.77: is on this machine/);
  });

  test('nothing that listens cannot be told from a firewall that shuts out us too', async () => {
    const { port } = await findings('nothing');
    assert.equal(port.state, 'unknown');
    assert.match(port.reason, /neither do we/);
  });

  test('a server that hangs up on strangers is shut, one that says nothing to anyone is not', async () => {
    assert.equal((await findings('hangsUp')).port.state, 'shut');
    assert.equal((await findings('mute')).port.state, 'unknown');
  });

  test('nothing was sent: no message arrived', async () => {
    assert.equal(await open.queued(), 0);
    assert.doesNotMatch(open.log(), /message-id=/);
    assert.match(open.log(), new RegExp(`connect from .*\\[${STRANGER.replaceAll('.', '\\.')}\\]`));
  });

  test('what to let through, as a table and as a plain list', async () => {
    const { stdout } = await relay.cli('firewall', '--customer', 'shut');
    assert.match(stdout, /127\.0\.0\.50\s+in1\.relay\.test\s+inbound\s+active/);
    assert.match(stdout, /127\.0\.0\.51\s+out1\.relay\.test\s+standard\s+draining/);
    assert.equal((await relay.cli('firewall', '--customer', 'shut', '--plain')).stdout, '127.0.0.50\n127.0.0.51\n');
    assert.equal((await relay.cli('firewall', '--customer', 'nobody')).code, 1);
  });

  test('through a SOCKS5 server elsewhere the view is the same', async (context) => {
    const unpacked = await unpackedPackages('microsocks', ['microsocks']);
    if ('skip' in unpacked) return context.skip(unpacked.skip);
    const [port = 0, gone = 0] = await freePorts(2);
    const args = ['-i', '127.0.0.1', '-p', String(port), '-b', STRANGER];
    const running = startProcess(join(unpacked.root, 'usr/bin/microsocks'), args);
    try {
      await waitForPort(port);
      const from = (at: number, server = port) =>
        probe({
          origin: { kind: 'vantage', server: { host: '127.0.0.1', port: server } },
          target: { ip: '127.0.0.1', port: at },
          hostname: 'relay.test',
          recipient: 'postmaster@open.test',
          timeoutMs: 3000,
        });
      assert.equal((await from(ports.open)).kind, 'taken');
      const refusal = await from(ports.shut);
      assert.equal(refusal.kind === 'refused' && refusal.stage, 'rcpt');
      const nothing = await from(ports.nothing);
      assert.equal(nothing.kind === 'no-connection' && nothing.how, 'refused');
      assert.equal((await from(ports.open, gone)).kind, 'not-tried');
      assert.equal((await from(ports.open, ports.open)).kind, 'not-tried');
      return undefined;
    } finally {
      await running.stop();
    }
  });
});
