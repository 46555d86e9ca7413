// Protection over a control database of its own, asked through the API by the operator and by a customer, for tests.

import assert from 'node:assert/strict';
import { ControlWorld } from '../../../../test/support/control.ts';
import { buildOwnerApi } from '../../../../test/support/owner-api.ts';
import type { CustomerId } from '../../../mail/message.ts';
import { configSchema } from '../../../platform/config/schema.ts';
import { createTestLog } from '../../../platform/log.ts';
import type { ApiServer } from '../../api/context.ts';
import { problem } from '../../api/problem.ts';
import { openProtection, type Protection } from '../protection.ts';

export const NOW = 1_800_000_000_000;
export const ACME = 'acme' as CustomerId;

/** The control database, the service and the HTTP shell are real. */
export class ProtectionWorld {
  readonly control = new ControlWorld();
  readonly protection: Protection = openProtection({
    database: this.control.control.database,
    changes: this.control.control.changes,
    directory: this.control.control.directory,
    clock: { now: () => NOW, monotonic: () => performance.now() },
    log: createTestLog(),
    config: () =>
      configSchema.parse({
        node: { hostname: 'relay.test', data_dir: '/tmp' },
        listener: [{ address: '127.0.0.1:25', roles: ['outbound'], tls: 'none' }],
        operator: { postmaster: ['it@operator.test'] },
      }),
    assertCustomer: async (customer) => {
      if (this.directory.customer(customer) === undefined) throw problem('no-such-customer');
    },
  });
  readonly #asOperator = buildOwnerApi({ control: this.control.control }, { protection: this.protection });
  readonly #asCustomer = buildOwnerApi(
    { control: this.control.control },
    {
      protection: this.protection,
      access: {
        authenticate: async () => ({
          kind: 'user',
          id: 'usr_1',
          email: 'a@acme.test',
          customer: 'acme',
          role: 'customer_administrator',
          session: 'ses_1',
          steppedUpUntil: Number.MAX_SAFE_INTEGER,
        }),
      },
    },
  );

  get directory() {
    return this.control.control.directory;
  }

  ask(method: Method, url: string, body?: object, etag = '*') {
    return answerOf(this.#asOperator, { method, url, body, etag });
  }

  askAsCustomer(method: Method, url: string, body?: object, etag = '*') {
    return answerOf(this.#asCustomer, { method, url, body, etag });
  }

  /** The customers acme and globex, with a verified domain each. */
  async provision(): Promise<void> {
    const customers = [
      { id: 'acme', domains: [{ name: 'acme.test', outbound: true, inbound: true, verified: true }] },
      { id: 'globex', domains: [{ name: 'globex.test', verified: true }] },
    ];
    const outcome = await this.control.apply({
      pool: [{ name: 'p', addresses: [{ ip: '192.0.2.1', hostname: 'out.relay.test', state: 'active' }] }],
      customer: customers.map((one) => ({
        name: one.id,
        pools: ['p'],
        streams: [{ name: 'bulk', pools: ['p'], match: 'header:X-Bulk=1' }],
        ...one,
      })),
    });
    assert.equal(outcome.kind, 'applied', JSON.stringify(outcome));
  }

  async end(): Promise<void> {
    await (await this.#asOperator).close();
    await (await this.#asCustomer).close();
    await this.protection.close();
    await this.control.end();
  }
}

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

async function answerOf(
  api: Promise<ApiServer>,
  { method, url, body, etag }: { method: Method; url: string; body: object | undefined; etag: string },
) {
  const headers = { 'if-match': etag };
  const payload = body === undefined ? {} : { payload: body };
  const answer = await (await api).inject({ method, url: `/api/v1${url}`, headers, ...payload });
  // biome-ignore lint/suspicious/noExplicitAny: what an operation answers is what the tests look at
  return { status: answer.statusCode, body: answer.json(), etag: String(answer.headers['etag']) };
}
