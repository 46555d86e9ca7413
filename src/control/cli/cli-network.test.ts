import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ApiWorld } from '../../../test/support/api-world.ts';
import { runCli } from './main.ts';
import { progressLine, startProgress } from './progress.ts';

const world = new ApiWorld();
const keyFile = join(world.folder, 'key');
before(async () => {
  await world.start();
  writeFileSync(keyFile, 'k1\n', { mode: 0o600 });
});
after(() => world.end());

async function easymail(args: string[], env: NodeJS.ProcessEnv = {}) {
  let out = '';
  let err = '';
  const code = await runCli(args, { out: (text) => void (out += text), err: (text) => void (err += text), env });
  return { code, out, err };
}

describe('the command line over the network', () => {
  test('with a key from a file', async () => {
    const url = `http://127.0.0.1:${world.port}`;
    const { code, out, err } = await easymail(['queue', '--json', '--url', url, '--key-file', keyFile]);
    assert.equal(code, 0, err);
    assert.match(out, /"queued":1/);
    const env = { EASYMAIL_URL: url, EASYMAIL_KEY_FILE: keyFile };
    assert.equal((await easymail(['queue', '--json'], env)).out, out);
  });

  test('a key that others can read, or that would be sent in the clear, is not sent at all', async () => {
    const url = `http://127.0.0.1:${world.port}`;
    const open = join(world.folder, 'open');
    writeFileSync(open, 'k1');
    chmodSync(open, 0o644);
    for (const [args, words] of [
      [['--url', url, '--key-file', open], /chmod 600/],
      [['--url', url], /--key-file/],
      [['--url', 'http://relay.example.lu', '--key-file', keyFile], /https/],
      [['--url', 'ftp://relay.example.lu', '--key-file', keyFile], /no address/],
      [['--url', url, '--config', 'x.toml', '--key-file', keyFile], /not both/],
      [['--url', url, '--key-file', join(world.folder, 'none')], /cannot be read/],
    ] as const) {
      const { code, err } = await easymail(['queue', ...args]);
      assert.equal(code, 2, err);
      assert.match(err, words);
    }
  });

  test('a relay that is not there, and one that refuses', async () => {
    const gone = await easymail(['queue', '--url', 'http://127.0.0.1:1', '--key-file', keyFile]);
    assert.equal(gone.code, 1);
    assert.match(gone.err, /cannot be reached/);
    writeFileSync(keyFile, 'wrong', { mode: 0o600 });
    const refused = await easymail(['queue', '--url', `http://127.0.0.1:${world.port}`, '--key-file', keyFile]);
    assert.equal(refused.code, 1);
    assert.match(refused.err, /not known/);
  });
});

describe('what is shown while it takes long', () => {
  test('a bar where the length is known, else the time', () => {
    assert.equal(
      progressLine('POST /x', 0.5, { seconds: 3, turns: 1 }),
      `[${'#'.repeat(15)}${'.'.repeat(15)}] 50 % POST /x, 3 s`,
    );
    assert.equal(progressLine('POST /x', undefined, { seconds: 3, turns: 1 }), '\\ POST /x … 3 s');
  });

  test('after two seconds, on a terminal alone, and nothing of it stays', async () => {
    for (const isTerminal of [true, false]) {
      let now = 0;
      let err = '';
      const io = { out: () => {}, err: (text: string) => void (err += text), env: {}, isTerminal };
      const progress = startProgress(io, 'GET /x', () => now);
      await new Promise((resolve) => setTimeout(resolve, 200));
      assert.equal(err, '');
      now = 2500;
      await new Promise((resolve) => setTimeout(resolve, 300));
      progress.end();
      assert.equal(err.includes('GET /x'), isTerminal);
      assert.ok(!isTerminal || err.endsWith('\r\x1b[K'));
    }
  });
});
