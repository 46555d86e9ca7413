import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAddress } from '../../protocol/smtp/address.ts';
import type { SessionView } from '../accept/handler.ts';
import type { CustomerId } from '../message.ts';
import { authoriseSender, mayAskNotices } from './authorise.ts';
import { certifiedCustomer, clientOf, refusedCustomer, sessionFacts } from './client.ts';
import { certificateHolder } from './client-certificate.ts';
import type { CustomerFact } from './directory.ts';
import { buildDirectoryBase, openDirectory } from './directory-index.ts';
import { PLAIN_SETTINGS } from './testing/plain-settings.ts';

const [acme, beta] = ['acme' as CustomerId, 'beta' as CustomerId];

function customer(id: CustomerId, state: CustomerFact['state'] = 'live'): CustomerFact {
  return {
    id,
    name: id,
    state,
    pools: [],
    streams: [],
    mailhosts: [],
    ...PLAIN_SETTINGS,
  };
}

const own = { outbound: true, inbound: true, subdomains: false, verified: true };
const directory = openDirectory(
  buildDirectoryBase({
    customers: [customer(acme), customer(beta), customer('locked' as CustomerId, 'suspended')],
    domains: [
      { name: 'acme.test', customer: acme, ...own },
      { name: 'beta.test', customer: beta, ...own },
    ],
    sources: [{ network: '192.0.2.0/24', customer: beta }],
    grants: [],
    logins: [],
    pools: [],
    certificates: [
      { key: 'name:mx.acme.test', customer: acme },
      { key: 'name:mx.beta.test', customer: beta },
      { key: 'fingerprint:aa', customer: beta },
      { key: 'public_key:bb', customer: acme },
      { key: 'name:locked.test', customer: 'locked' as CustomerId },
    ],
  }),
);

const roles = ['outbound', 'inbound'] as const;

function mail(
  certificate: string[],
  from: string,
  more: { ip?: string; roles?: SessionView['listener']['roles'] } = {},
) {
  const facts = { ip: '198.51.100.7', roles, certificate, ...more };
  const verdict = authoriseSender(directory, facts, parseAddress(from));
  if (verdict.kind === 'refused') return verdict.reply.name;
  const { outbound } = verdict.transaction;
  return outbound.kind === 'none'
    ? outbound.refusal.reply.name
    : `${outbound.kind} ${'rule' in outbound ? outbound.rule : ''}`;
}

test('a certificate stands for its customer, and for its customer’s domains alone', () => {
  assert.equal(mail(['name:mx.acme.test'], 'a@acme.test'), 'certain certificate name:mx.acme.test, domain acme.test');
  assert.equal(mail(['public_key:bb'], 'a@acme.test'), 'certain certificate public_key:bb, domain acme.test');
  assert.equal(mail(['name:mx.acme.test'], 'b@beta.test'), 'senderDenied');
  assert.equal(mail(['name:other.test'], 'a@acme.test'), 'relayDenied');
  assert.equal(mail([], 'a@acme.test'), 'relayDenied');
  assert.equal(mail(['name:locked.test'], 'a@acme.test'), 'customerSuspended');
});

test('it counts before the source, and on a submission port like a login', () => {
  assert.match(mail(['name:mx.acme.test'], 'a@acme.test', { ip: '192.0.2.1' }), /^certain certificate/);
  assert.match(mail(['name:nobody.test'], 'b@beta.test', { ip: '192.0.2.1' }), /^certain source/);
  assert.match(mail(['name:mx.acme.test'], 'a@acme.test', { roles: ['submission'] }), /^certain certificate/);
  assert.equal(mail(['name:nobody.test'], 'a@acme.test', { roles: ['submission'] }), 'authRequired');
});

test('on a listener for the Internet alone it is nobody’s', () => {
  assert.equal(mail(['name:mx.acme.test'], 'a@acme.test', { roles: ['inbound'] }), 'relayDenied');
});

const holder = (certificate: string[] | undefined) => certificateHolder(directory, { certificate, roles });

test('the surest key counts; names of two customers are nobody’s', () => {
  assert.deepEqual(holder(['fingerprint:aa', 'public_key:bb', 'name:mx.acme.test']), {
    key: 'fingerprint:aa',
    customer: beta,
  });
  assert.equal(holder(['name:mx.acme.test', 'name:mx.beta.test']), 'several');
  assert.equal(mail(['name:mx.acme.test', 'name:mx.beta.test'], 'a@acme.test'), 'relayDenied');
  assert.equal(holder(undefined), undefined);
});

test('whose connection and whose refusal it is', () => {
  const view = (certificate: string[] | undefined, more: Partial<SessionView> = {}): SessionView => ({
    ip: '198.51.100.7',
    port: 1,
    listener: { address: 'x', roles },
    helo: '',
    esmtp: true,
    login: undefined,
    tls: undefined,
    certificate: certificate && { fingerprint: 'aa', keys: certificate },
    ...more,
  });
  assert.deepEqual(clientOf(directory, view(['name:mx.acme.test'])), { registered: true, customer: acme });
  assert.deepEqual(clientOf(directory, view(undefined)), { registered: false });
  assert.deepEqual(clientOf(directory, view(['name:x'], { ip: '192.0.2.1' })), { registered: true, customer: beta });
  const inbound = { listener: { address: 'x', roles: ['inbound'] as const } };
  assert.equal(certifiedCustomer(directory, view(['name:mx.acme.test'], inbound)), undefined);
  assert.deepEqual(sessionFacts(view(['k'])).certificate, ['k']);
  assert.equal(refusedCustomer(directory, view(['name:mx.acme.test']), 'x@beta.test'), acme);
  assert.equal(refusedCustomer(directory, view(undefined), 'X@Beta.TEST'), beta);
  assert.equal(refusedCustomer(directory, view(undefined), 'x@example.org'), undefined);
  assert.equal(mayAskNotices(directory, sessionFacts(view(['name:mx.acme.test']))), true);
  assert.equal(mayAskNotices(directory, sessionFacts(view(['name:x']))), false);
});
