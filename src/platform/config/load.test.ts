import assert from 'node:assert/strict';
import test from 'node:test';
import { findConfig, parseConfig } from './load.ts';

const GOOD = `
[node]
hostname = "relay1.example.lu"
data_dir = "/var/lib/easymail"
[[listener]]
address = "0.0.0.0:25"
roles = ["outbound", "inbound"]
`;

function faults(text: string, env: NodeJS.ProcessEnv = {}): string[] {
  const loaded = parseConfig(text, env);
  return loaded.ok ? [] : loaded.faults.map((fault) => `${fault.line ?? '-'} ${fault.key} ${fault.message}`);
}

test('a small configuration gets all defaults, times in milliseconds and sizes in octets', () => {
  const loaded = parseConfig(GOOD);
  assert(loaded.ok);
  assert.equal(loaded.config.delivery.expire_after, 5 * 86_400_000);
  assert.equal(loaded.config.limits.message_size, 50 * 1024 ** 2);
  assert.deepEqual(loaded.config.listener[0]?.address, { host: '0.0.0.0', port: 25 });
  assert.equal(loaded.config.listener[0]?.tls, 'starttls');
});

test('all faults are reported at once, with key, line and what is allowed', () => {
  const text = `${GOOD}tls = "always"\n[delivery]\nport = 70000\nexpire_after = "five days"\n[limits]\nmesage_size = "1MB"\n[[listener]]\naddress = "25"\nroles = []\n`;
  assert.deepEqual(faults(text), [
    '8 listener.0.tls must be one of "none", "starttls", "implicit"',
    '10 delivery.port must be 65535 or less',
    '11 delivery.expire_after must be a time with its unit (ms, s, m, h, d) such as "5m"',
    '13 limits.mesage_size is not a key; see docs/reference/configuration.md',
    '15 listener.1.address must be an address and a port such as "127.0.0.1:25" or "[::1]:25"',
    '16 listener.1.roles must not be empty',
  ]);
});

test('a table below one of a list is found by its line', () => {
  const text = `${GOOD}[listener.certificate]\ncertificate = 5\nkey = "a"\n[[listener]]\naddress = "25"\nroles = ["inbound"]\n[listener.certificate]\nkey = 5\n`;
  assert.deepEqual(faults(text), [
    '9 listener.0.certificate.certificate must be text in quotes',
    '12 listener.1.address must be an address and a port such as "127.0.0.1:25" or "[::1]:25"',
    '14 listener.1.certificate.certificate is missing',
    '15 listener.1.certificate.key must be text in quotes',
  ]);
});

test('a number where a unit belongs is told how it is written', () => {
  assert.deepEqual(faults(`${GOOD}[limits]\nmessage_size = 50000000\ndata_timeout = 60\n`), [
    '9 limits.message_size must be a size with its unit (B, KB, MB, GB) such as "50MB"',
    '10 limits.data_timeout must be a time with its unit (ms, s, m, h, d) such as "5m"',
  ]);
});

test('domains of routes are read in the form they are looked up in; what no domain can be is a fault', () => {
  const routes = (...domains: string[]) =>
    GOOD + domains.map((domain) => `[[route]]\ndomain = ${JSON.stringify(domain)}\nhosts = ["10.0.0.1:25"]\n`).join('');
  const loaded = parseConfig(routes('Partner.Example', '*.MÜLLER.lu', '*', 'büro.lu'));
  assert(loaded.ok);
  const read = ['partner.example', '*.xn--mller-kva.lu', '*', 'xn--bro-hoa.lu'];
  assert.deepEqual(
    loaded.config.route.map(({ domain }) => domain),
    read,
  );
  for (const domain of ['ex ample', '*.*.lu', '*lu', 'a@b.lu', '.lu', 'lu.', '', '*.', 'https://a.lu']) {
    assert.match(faults(routes(domain)).join(), /^9 route\.0\.domain must be a domain such as [^\n]* for all$/, domain);
  }
});

test('who may say who a client is: networks, and certificates with TLS alone', () => {
  const good = `${GOOD}proxies = ["10.0.0.0/8", "2001:db8::1"]\ntesters = ["127.0.0.1"]\nclient_certificates = true\n`;
  assert.deepEqual(faults(good), []);
  const text = `${GOOD}tls = "none"\nclient_certificates = true\n`;
  assert.deepEqual(faults(text), [
    '9 listener.0.client_certificates needs TLS on the listener: tls = "starttls" or "implicit"',
  ]);
  for (const network of ['10.0.0.0/33', 'proxy.test', '10.0.0.0/8/8', '::/129', '']) {
    assert.match(faults(`${GOOD}proxies = ["${network}"]\n`).join(), /^8 listener\.0\.proxies\.0 must be an address/);
  }
});

test('a value of another kind is told what it should look like', () => {
  assert.deepEqual(
    faults(`${GOOD}[delivery]\nexpire_after = 5\n[dns]\nservers = "::1:53"\n[operator]\ntime_zone = 1\n`),
    [
      '9 delivery.expire_after must be a time with its unit (ms, s, m, h, d) such as "5m"',
      '11 dns.servers must be a list: values in [ ], or tables each under its [[name]]',
      '13 operator.time_zone must be text in quotes',
    ],
  );
});

test('two listeners do not share a port, and nobody logs in without TLS', () => {
  const [, address = ''] = /address = (".*")/.exec(GOOD) ?? [];
  const second = (where: string, rest: string) => `${GOOD}[[listener]]\naddress = ${where}\nroles = ${rest}\n`;
  assert.deepEqual(faults(second(address, '["inbound"]')), ['9 listener.1.address is that of listener.0 already']);
  assert.deepEqual(faults(second('"0.0.0.0:587"', '["submission"]\ntls = "none"')), [
    '11 listener.1.tls must be "starttls" or "implicit" for submission: nobody logs in without TLS',
  ]);
  assert.deepEqual(faults(second('"[::]:25"', '["inbound"]\ntls = "none"')), []);
});

test('what is missing is named with the table it belongs to', () => {
  assert.deepEqual(faults('[node]\nhostname = "a.lu"\n'), ['1 node.data_dir is missing', '- listener is missing']);
});

test('text that is no TOML names the line', () => {
  const [first] = faults('[node\nhostname = 1');
  assert.match(first ?? '', /^\d+ file is not valid TOML/);
});

test('every key can be overridden by the environment', () => {
  const loaded = parseConfig(GOOD, {
    EASYMAIL_NODE__HOSTNAME: 'other.example.lu',
    EASYMAIL_LISTENER__0__ADDRESS: '[::1]:2525',
    EASYMAIL_DELIVERY__PORT: '2600',
    EASYMAIL_CONFIG: 'ignored here',
  });
  assert(loaded.ok);
  assert.equal(loaded.config.node.hostname, 'other.example.lu');
  assert.deepEqual(loaded.config.listener[0]?.address, { host: '::1', port: 2525 });
  assert.equal(loaded.config.delivery.port, 2600);
  assert.deepEqual(faults(GOOD, { EASYMAIL_NODE__HOSTNAM: 'x' }), [
    '2 node.hostnam is not a key; see docs/reference/configuration.md',
  ]);
});

test('the configuration is looked for in the order that DESIGN names', () => {
  const none = () => false;
  assert.deepEqual(findConfig('a.toml', { EASYMAIL_CONFIG: 'b.toml' }, none), { kind: 'file', path: 'a.toml' });
  assert.deepEqual(findConfig(undefined, { EASYMAIL_CONFIG: 'b.toml' }, none), { kind: 'file', path: 'b.toml' });
  assert.deepEqual(
    findConfig(undefined, {}, () => true),
    { kind: 'file', path: 'easymail.toml' },
  );
  assert.deepEqual(findConfig(undefined, {}, none), { kind: 'sandbox' });
});
