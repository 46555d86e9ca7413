import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { createAuthority } from '../../test/support/certificates.ts';
import { temporaryFolder } from '../../test/support/temp.ts';
import { parseConfig } from '../platform/config/load.ts';
import { certificateFaults } from './certificate-faults.ts';

test('files of certificates that are not there, or not of each other, are faults with key and line, all at once', async () => {
  await using folder = temporaryFolder('certificate-faults');
  const authority = await createAuthority(folder.path);
  const [one, other] = [await authority.issue('one', ['relay.test']), await authority.issue('other', ['relay.test'])];
  const text = folder.file('no.pem');
  writeFileSync(text, 'not a certificate\n');
  const lines = (certificate: string, key: string) => `certificate = "${certificate}"\nkey = "${key}"\n`;
  const faultsOf = (tls: string, own: string) => {
    const listener = '[[listener]]\naddress = "127.0.0.1:25"\nroles = ["inbound"]\n[listener.certificate]\n';
    const loaded = parseConfig(`[node]\nhostname = "relay.test"\ndata_dir = "/x"\n[tls]\n${tls}${listener}${own}`);
    assert(loaded.ok);
    return certificateFaults(loaded.config, loaded.origins).map(
      ({ line, key, message }) => `${line} ${key} ${message}`,
    );
  };
  const good = lines(one.certificate, one.key);
  assert.deepEqual(faultsOf(good, lines(other.certificate, other.key)), []);
  assert.deepEqual(
    faultsOf(lines(folder.file('gone.pem'), folder.file('gone.key')), lines(one.certificate, other.key)),
    [
      '5 tls.certificate names a file that cannot be read (ENOENT)',
      '6 tls.key names a file that cannot be read (ENOENT)',
      '12 listener.0.certificate.key must be the key in PEM, without a passphrase, of the certificate beside it',
    ],
  );
  assert.deepEqual(faultsOf(`${good}client_ca = "${text}"\n`, lines(text, one.key)), [
    '7 tls.client_ca must be certificates in PEM',
    '12 listener.0.certificate.certificate must be a certificate and its chain in PEM',
  ]);
});
