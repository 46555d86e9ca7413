import assert from 'node:assert/strict';
import test from 'node:test';
import { parseConfig } from '../../platform/config/load.ts';
import { type ConfigSource, SECRET_KEYS, settingsInForce } from './settings-in-force.ts';

const FILE = `[node]
hostname = "relay1.example.lu"
data_dir = "/var/lib/easymail"
[[listener]]
address = "0.0.0.0:25"
roles = ["outbound", "inbound"]
[delivery]
expire_after = "4d"
[alarm]
webhook = "https://hooks.example.lu/T0KEN"
`;

function source(text: string, env: NodeJS.ProcessEnv = {}, before = text): ConfigSource {
  const [started, read] = [parseConfig(before, env), parseConfig(text, env)];
  assert(started.ok && read.ok);
  const takenWhileRunning = (section: string) => section === 'delivery';
  return {
    started: started.config,
    read: read.config,
    origins: read.origins,
    file: 'easymail.toml',
    takenWhileRunning,
  };
}

function byKey(given: ConfigSource) {
  return new Map(settingsInForce(given).map((one) => [one.key, one]));
}

test('each key says its value as it is written, and whether file, environment or default gave it', () => {
  const settings = byKey(source(FILE, { EASYMAIL_DELIVERY__PORT: '2600' }));
  assert.deepEqual(
    ['delivery.expire_after', 'delivery.port', 'delivery.chunking', 'listener.0.address', 'listener.0.tls'].map(
      (key) => {
        const { value, fallback, origin } = settings.get(key) ?? assert.fail(key);
        return [value, fallback, origin];
      },
    ),
    [
      ['4d', '5d', { from: 'file', line: 8 }],
      ['2600', '25', { from: 'environment', variable: 'EASYMAIL_DELIVERY__PORT' }],
      ['"auto"', '"auto"', { from: 'default' }],
      ['"0.0.0.0:25"', undefined, { from: 'file', line: 5 }],
      ['"starttls"', '"starttls"', { from: 'default' }],
    ],
  );
  assert.equal(settings.get('tls')?.set, false, 'a table that is not there is one row');
  assert.equal(settings.get('clamd')?.value, '[]', 'and so is a list of none');
});

test('a secret is never shown, and no key that holds one is forgotten', () => {
  const settings = byKey(source(FILE));
  const webhook = settings.get('alarm.webhook');
  assert.deepEqual([webhook?.secret, webhook?.set, webhook?.value], [true, true, undefined]);
  assert.doesNotMatch(JSON.stringify([...settings.values()]), /T0KEN/);
  for (const key of settings.keys()) {
    if (!/password|secret|token|credential/.test(key.split('.').slice(1).join('.'))) continue;
    assert(SECRET_KEYS.has(key) || key.endsWith('_file'), `${key} may hold a secret: name it in SECRET_KEYS`);
  }
});

test('what needs a restart stays as it was, and says that it waits', () => {
  const changed = FILE.replace('relay1', 'relay2').replace('4d', '3d');
  const settings = byKey(source(changed, {}, FILE));
  const hostname = settings.get('node.hostname');
  assert.deepEqual([hostname?.value, hostname?.restart, hostname?.waits], ['"relay1.example.lu"', true, true]);
  const expiry = settings.get('delivery.expire_after');
  assert.deepEqual([expiry?.value, expiry?.restart, expiry?.waits], ['3d', false, false]);
  assert.equal(settings.get('node.threads')?.waits, false);
});
