// A deliverer of our own towards receivers of a test, without queue and route.

import type { ContentSource } from '../../src/mail/deliver/content.ts';
import { createDeliverer, type Deliverer, type DelivererOptions } from '../../src/mail/deliver/deliverer.ts';
import { UNSIGNED } from '../../src/mail/deliver/sign.ts';
import type { MessageMeta, Outcome } from '../../src/mail/message.ts';
import type { DestinationNews } from '../../src/mail/queue/queue.ts';
import type { Host, RoutedHosts } from '../../src/mail/route/route.ts';
import type { SendingAddresses } from '../../src/mail/route/sending-address.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { configSchema } from '../../src/platform/config/schema.ts';
import { createTestLog } from '../../src/platform/log.ts';
import { createMetrics } from '../../src/platform/metrics.ts';

const config = configSchema.parse({
  node: { hostname: 'relay.test', data_dir: '/nowhere' },
  listener: [{ address: '127.0.0.1:2525', roles: ['outbound'] }],
});

export interface TestDelivery extends AsyncDisposable {
  deliverer: Deliverer;
  news: DestinationNews[];
  /** Delivers one message; `sender`, `recipients` and the rest have defaults. */
  send(options: SendOptions): Promise<Outcome[]>;
}

export interface SendOptions {
  /** Port of one host at 127.0.0.1, or all hosts. */
  to: number | Host[];
  recipients?: string[];
  content?: string | ContentSource;
  meta?: Partial<MessageMeta>;
  route?: Partial<RoutedHosts>;
  addresses?: SendingAddresses;
  otherAddresses?: () => SendingAddresses[];
  /** Destination of a recipient, by index. Default: `receiver.test`. */
  destinations?: (index: number) => string;
}

/** Makes a deliverer with short time limits. */
export function createTestDelivery(
  delivery: Partial<DelivererOptions['delivery']> = {},
  options: Partial<DelivererOptions> = {},
): TestDelivery {
  const news: DestinationNews[] = [];
  const deliverer = createDeliverer({
    delivery: { ...config.delivery, connect_timeout: 500, command_timeout: 500, dot_timeout: 500, ...delivery },
    thread: 0,
    threads: 1,
    loopSecret: Buffer.alloc(32, 7),
    returnKey: Buffer.alloc(32, 8),
    signer: { sign: () => UNSIGNED },
    clock: systemClock,
    log: createTestLog(),
    metrics: createMetrics(),
    news: (item) => news.push(item),
    mailHost: () => {},
    ...options,
  });
  let row = 0;
  const send = (given: SendOptions): Promise<Outcome[]> => {
    const recipients = given.recipients ?? ['to@receiver.test'];
    const { content = 'Subject: hello\r\n\r\nHello.\r\n' } = given;
    const octets = typeof content === 'string' ? Buffer.from(content, 'latin1') : undefined;
    const hosts =
      typeof given.to === 'number' ? [{ name: 'receiver.test', port: given.to, addresses: ['127.0.0.1'] }] : given.to;
    return deliverer.deliver({
      work: {
        row: ++row,
        meta: metaOf(octets?.length ?? 100, recipients.length, given.meta),
        destination: 'receiver.test',
        recipients: recipients.map((address, index) => ({
          row: row * 1000 + index,
          index,
          address,
          destination: given.destinations?.(index) ?? 'receiver.test',
          attempts: 2,
          delayTold: false,
        })),
        heldMs: 0,
        task: 'deliver',
      },
      route: { kind: 'hosts', site: 'site', hosts, tls: 'opportunistic', rule: 'mx', connections: 4, ...given.route },
      addresses: given.addresses ?? { v4: { ip: '127.0.0.1', family: 4, hostname: 'out1.test', pool: 'standard' } },
      ...(given.otherAddresses !== undefined && { otherAddresses: given.otherAddresses }),
      content: typeof content === 'string' ? () => ({ kind: 'bytes', bytes: octets as Buffer }) : content,
    });
  };
  return { deliverer, news, send, [Symbol.asyncDispose]: () => deliverer.close() };
}

function metaOf(size: number, recipientCount: number, meta: Partial<MessageMeta> = {}): MessageMeta {
  return {
    id: '0123456789abcdef00' as MessageMeta['id'],
    customer: 'acme' as MessageMeta['customer'],
    direction: 'outbound',
    stream: 'business',
    sender: 'from@acme.test',
    acceptedAt: 0,
    size,
    origin: { ip: '192.0.2.1', helo: 'client' },
    received: 'Received: from client by relay.test;\r\n Sun, 22 Nov 2026 00:00:00 +0000\r\n',
    eightBit: false,
    smtpUtf8: false,
    recipientCount,
    ...meta,
  };
}
