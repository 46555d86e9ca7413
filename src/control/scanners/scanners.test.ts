import assert from 'node:assert/strict';
import test from 'node:test';
import { CLEAN, http, NO_SPAM, startFaultyClamd, startFaultyRspamd } from '../../../test/support/faulty-scanners.ts';
import { freePort } from '../../../test/support/ports.ts';
import { until } from '../../../test/support/until.ts';
import { systemClock } from '../../platform/clock.ts';
import type { Config } from '../../platform/config/schema.ts';
import type { Changes } from '../changes.ts';
import { openScanners, type ScannersService } from './scanners.ts';

type Entry = Partial<Config['rspamd'][number]>;

interface World extends AsyncDisposable {
  service: ScannersService;
  alarms: Map<string, string>;
  events: unknown[];
}

const at = (port: number) => ({ host: '127.0.0.1', port });

function open(more: { clamd?: number[]; rspamd?: Entry[]; graceMs?: number }): World {
  const alarms = new Map<string, string>();
  const events: unknown[] = [];
  const clamd = (more.clamd ?? []).map((port) => ({
    address: at(port),
    max_size: 1_000_000,
    timeout: 500,
    connections: 2,
    prove: true,
    reads_rar: false,
  }));
  const rspamd = (more.rspamd ?? []).map((entry) => ({
    address: at(1),
    timeout: 500,
    connections: 2,
    max_size: 1_000_000,
    ...entry,
  }));
  const service = openScanners({
    config: () => ({ clamd, rspamd }),
    changes: {
      make: async (_by: unknown, work: () => Promise<{ events: unknown[] }>) =>
        void events.push(...(await work()).events),
    } as unknown as Changes,
    alarms: () => ({
      scanner: (name, fault) => void (fault === undefined ? alarms.delete(name) : alarms.set(name, fault)),
    }),
    clock: systemClock,
    log: { error: () => undefined } as never,
    graceMs: more.graceMs ?? 0,
  });
  return { service, alarms, events, [Symbol.asyncDispose]: () => service.close() };
}

test('a scanner that stays away raises an alarm and an event; one that answers does not', async () => {
  await using clamd = await startFaultyClamd({ fault: CLEAN });
  await using rspamd = await startFaultyRspamd({ fault: { say: http(NO_SPAM) } });
  const gone = await freePort();
  await using world = open({ clamd: [clamd.port, gone], rspamd: [{ address: at(rspamd.port) }] });
  const name = `clamd 127.0.0.1:${gone}`;
  await until('the alarm', () => world.alarms.get(name));
  await until('the event', () => world.events[0]);
  assert.deepEqual([...world.alarms.keys()], [name]);
  assert.match(world.alarms.get(name) ?? '', /cannot be reached/);
  const [event, ...others] = world.events as { type: string; data: Record<string, string> }[];
  assert.deepEqual(others, []);
  assert.equal(event?.type, 'scan.scanner_unavailable');
  assert.deepEqual([event?.data['scanner'], event?.data['address']], ['clamd', `127.0.0.1:${gone}`]);
  // It comes.
  await using back = await startFaultyClamd({ fault: CLEAN, port: gone });
  await until('the end of the alarm', () => (world.alarms.size === 0 ? true : undefined));
  const state = () => world.service.list().find(({ address }) => address === `127.0.0.1:${gone}`);
  // It calls clean what no clamd can look at whole.
  await until('what the new one is like', () => (state()?.incomplete === true ? true : undefined));
  assert.equal(back.contents, 1, 'a probe scans nothing else but its own');
  assert.equal(state()?.state, 'up');
  assert.match(state()?.lastFault?.detail ?? '', /cannot be reached/);
  assert.equal(state()?.version, 'ClamAV 1.4.6');
});

test('one that is back within the grace is no alarm', async () => {
  const port = await freePort();
  await using world = open({ clamd: [port], graceMs: 3000 });
  await using back = await startFaultyClamd({ fault: CLEAN, port });
  await until('the probe', () => (back.connections > 0 ? true : undefined));
  await new Promise((resolve) => setTimeout(resolve, 3500));
  assert.deepEqual([world.alarms.size, world.events.length], [0, 0]);
});

test('a scanner that scans nothing is down, whatever it says to PING', async () => {
  await using clamd = await startFaultyClamd({ fault: CLEAN, version: 'something else' });
  await using rspamd = await startFaultyRspamd({ fault: 'hang', ping: { say: http('hello') } });
  await using world = open({ clamd: [clamd.port], rspamd: [{ address: at(rspamd.port) }] });
  await until('both alarms', () => (world.alarms.size === 2 ? true : undefined));
  for (const fault of world.alarms.values()) assert.match(fault, /rubbish/);
});

test('learning says whether every scanner took it', async () => {
  const learned = { say: http('{"success":true}') };
  const known = { say: http('{"error":"<x> has been already learned as ham, ignore it"}', '404 Not found') };
  await using first = await startFaultyRspamd({ fault: learned });
  await using second = await startFaultyRspamd({ fault: known });
  await using both = open({ rspamd: [{ controller: at(first.port) }, { controller: at(second.port) }] });
  await both.service.learn('ham', Buffer.from('mail'));
  assert.deepEqual([first.contents, second.contents], [1, 1]);
  first.answer({ say: http('{"version":"4.0","learned":17,"statfiles":[]}') });
  const [counts, unknown] = await both.service.controllers();
  assert.deepEqual([counts?.state, counts?.learned, unknown?.state], ['up', 17, 'refused']);
  second.answer({ say: http('{"error":"Unauthorized"}', '401 Unauthorized') });
  await assert.rejects(both.service.learn('spam', Buffer.from('mail')), /127\.0\.0\.1:\d+ refuses our password/);
  await using none = open({ rspamd: [{}] });
  await assert.rejects(none.service.learn('ham', Buffer.from('mail')), /controller/);
});
