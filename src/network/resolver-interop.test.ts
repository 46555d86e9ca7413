// The resolver against Unbound, which asks NSD for a zone that the test writes.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { freePorts, waitForPort } from '../../test/support/ports.ts';
import { findProgram, type Running, skipWithoutPrograms, startProcess } from '../../test/support/processes.ts';
import { type TemporaryFolder, temporaryFolder } from '../../test/support/temp.ts';
import { systemClock } from '../platform/clock.ts';
import { createResolver } from './resolver.ts';

const ZONE = `
$ORIGIN zone.test.
$TTL 300
@        SOA ns.zone.test. hostmaster.zone.test. 1 3600 600 86400 60
@        NS  ns.zone.test.
ns       A   127.0.0.1
@        MX  10 mx1.zone.test.
@        MX  20 MX2.zone.test.
mx1      A   192.0.2.1
mx1      AAAA 2001:db8::1
mx2      A   192.0.2.2
null     MX  0 .
bare     A   192.0.2.9
alias    CNAME zone.test.
text     TXT "v=spf1 " "ip4:192.0.2.0/24 -all"
dangling CNAME nowhere.zone.test.
loop1    CNAME loop2.zone.test.
loop2    CNAME loop1.zone.test.
empty.sub A  192.0.2.8
${Array.from({ length: 120 }, (_, i) => `many     MX  ${i} host-with-a-long-name-${i}.zone.test.`).join('\n')}
`;

function startNsd(folder: TemporaryFolder, port: number): Running {
  writeFileSync(folder.file('zone.test'), ZONE);
  const config = `server:
  ip-address: 127.0.0.1@${port}
  username: ""
  zonesdir: "${folder.path}"
  database: ""
  pidfile: "${folder.file('nsd.pid')}"
  xfrdfile: "${folder.file('xfrd.state')}"
  zonelistfile: "${folder.file('zone.list')}"
remote-control:
  control-enable: no
zone:
  name: zone.test
  zonefile: zone.test
`;
  writeFileSync(folder.file('nsd.conf'), config);
  return startProcess(findProgram('nsd') ?? 'nsd', ['-d', '-c', folder.file('nsd.conf')]);
}

function startUnbound(folder: TemporaryFolder, port: number, nsd: number): Running {
  const config = `server:
  interface: 127.0.0.1@${port}
  port: ${port}
  do-daemonize: no
  username: ""
  chroot: ""
  directory: "${folder.path}"
  pidfile: ""
  use-syslog: no
  do-not-query-localhost: no
  local-zone: "test." nodefault
  domain-insecure: "test"
  access-control: 127.0.0.0/8 allow
  module-config: "iterator"
remote-control:
  control-enable: no
stub-zone:
  name: "zone.test"
  stub-addr: 127.0.0.1@${nsd}
stub-zone:
  name: "dead.test"
  stub-addr: 127.0.0.1@9
`;
  writeFileSync(folder.file('unbound.conf'), config);
  return startProcess(findProgram('unbound') ?? 'unbound', ['-d', '-c', folder.file('unbound.conf')]);
}

test('against Unbound and NSD', { skip: skipWithoutPrograms(['unbound', 'nsd']) }, async (t) => {
  await using folder = temporaryFolder('dns');
  const [unboundPort = 0, nsdPort = 0] = await freePorts(2);
  await using _nsd = startNsd(folder, nsdPort);
  await using _unbound = startUnbound(folder, unboundPort, nsdPort);
  await waitForPort(nsdPort);
  await waitForPort(unboundPort);
  const servers = [{ host: '127.0.0.1', port: unboundPort }];
  const resolver = createResolver({ servers, trustAd: true, timeoutMs: 5000, clock: systemClock });
  const none = (missing: 'domain' | 'record') => ({ kind: 'none', missing, security: 'insecure' });

  await t.test('MX, also behind a CNAME', async () => {
    for (const name of ['zone.test', 'alias.zone.test']) {
      const answer = await resolver.mx(name);
      assert.ok(answer.kind === 'found', JSON.stringify(answer));
      assert.deepEqual(
        answer.records.toSorted((a, b) => a.preference - b.preference),
        [
          { preference: 10, exchange: 'mx1.zone.test' },
          { preference: 20, exchange: 'mx2.zone.test' },
        ],
      );
    }
  });
  await t.test('null MX', async () => {
    const answer = await resolver.mx('null.zone.test');
    assert.deepEqual(answer.kind === 'found' && answer.records, [{ preference: 0, exchange: '' }]);
  });
  await t.test('addresses and texts', async () => {
    assert.deepEqual(await resolver.a('mx1.zone.test'), {
      kind: 'found',
      records: ['192.0.2.1'],
      security: 'insecure',
    });
    const v6 = await resolver.aaaa('mx1.zone.test');
    assert.deepEqual(v6.kind === 'found' && v6.records, ['2001:db8::1']);
    const text = await resolver.txt('text.zone.test');
    assert.deepEqual(text.kind === 'found' && text.records, ['v=spf1 ip4:192.0.2.0/24 -all']);
  });
  await t.test('nothing there', async () => {
    assert.deepEqual(await resolver.mx('bare.zone.test'), none('record'));
    assert.deepEqual(await resolver.mx('gone.zone.test'), none('domain'));
    assert.deepEqual(await resolver.a('dangling.zone.test'), none('domain'));
    assert.deepEqual(await resolver.a('sub.zone.test'), none('record'));
  });
  await t.test('an answer too long for UDP', async () => {
    const answer = await resolver.mx('many.zone.test');
    assert.equal(answer.kind === 'found' && answer.records.length, 120);
  });
  await t.test('faults', async () => {
    const hurried = createResolver({ servers, trustAd: true, timeoutMs: 700, clock: systemClock });
    assert.equal((await hurried.a('x.dead.test')).kind, 'temporary');
    assert.equal((await hurried.a('loop1.zone.test')).kind, 'temporary');
  });
});
