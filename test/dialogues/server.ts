// The SMTP server on real sockets, for tests: free loopback ports, a handler that keeps what it takes.

import type { CertificateFiles } from '../../src/mail/accept/certificates.ts';
import type { Limits } from '../../src/mail/accept/conversation.ts';
import type { FrontOptions } from '../../src/mail/accept/front/front.ts';
import type { SessionHandler } from '../../src/mail/accept/handler.ts';
import { type ListenerSpec, type Listeners, startListeners } from '../../src/mail/accept/listener.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { createTestLog } from '../../src/platform/log.ts';
import { createMetrics } from '../../src/platform/metrics.ts';
import { type Kept, keepingHandler, testLimits } from './memory-session.ts';

export interface TestServer extends AsyncDisposable {
  readonly listeners: Listeners;
  readonly kept: Kept;
  readonly log: string[];
  /** Port of the listener with this position. */
  port(index?: number): number;
}

export interface TestServerOptions {
  listeners?: Omit<ListenerSpec, 'address'>[];
  limits?: Partial<Limits>;
  hooks?: Partial<SessionHandler>;
  certificate?: CertificateFiles;
  ticketKeys?: Uint8Array;
  registered?: boolean | 'shared' | ((ip: string) => boolean);
  /** Without it everybody is let in. */
  front?: FrontOptions;
}

/** Starts a server; disposing of it closes it. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const { handler, kept } = keepingHandler(options.hooks);
  const log: string[] = [];
  const specs = options.listeners ?? [{ roles: ['outbound', 'inbound'], tls: 'starttls' }];
  const listeners = await startListeners({
    listeners: specs.map((spec) => ({ ...spec, address: { host: '127.0.0.1', port: 0 } })),
    certificate: options.certificate,
    limits: testLimits(options.limits),
    hostname: 'relay.test',
    handler: {
      ...handler,
      connect: (visitor) => {
        const answer = handler.connect(visitor);
        if (answer instanceof Promise || answer.kind === 'refuse') return answer;
        const { registered = true } = options;
        return { ...answer, registered: typeof registered === 'function' ? registered(visitor.ip) : registered };
      },
    },
    log: createTestLog((line) => log.push(line)),
    metrics: createMetrics(),
    clock: systemClock,
    ticketKeys: options.ticketKeys,
    front: options.front,
  });
  return {
    listeners,
    kept,
    log,
    port: (index = 0) => listeners.addresses[index]?.port ?? 0,
    [Symbol.asyncDispose]: () => listeners.close(0),
  };
}
