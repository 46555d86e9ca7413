// The thread of the webhooks: the one writer of `webhooks.db`. It runs only where there are webhooks.

import { parentPort, workerData } from 'node:worker_threads';
import { createResolver } from '../../network/resolver.ts';
import { systemClock } from '../../platform/clock.ts';
import { createLog } from '../../platform/log.ts';
import { createDispatcher, type Dispatcher } from './dispatcher.ts';
import type { FromWebhooks, ToWebhooks, WebhookQuestion, WebhookThreadData } from './thread-messages.ts';

/** Answers one question; rejects on a fault of ours. */
async function answer(dispatcher: Dispatcher, { kind, ask }: WebhookQuestion): Promise<unknown> {
  switch (kind) {
    case 'list':
      return dispatcher.list(ask);
    case 'find':
      return dispatcher.find(ask.webhook, ask.id);
    case 'body':
      return dispatcher.bodyOf(ask.webhook, ask.id);
    case 'figures':
      return ask.webhooks.map((webhook) => dispatcher.figures(webhook));
    case 'sendAgain':
      return dispatcher.sendAgain(ask.webhook, ask.id);
    case 'sendFailedAgain':
      return dispatcher.sendFailedAgain(ask.webhook, ask);
    case 'replay':
      return dispatcher.replay(ask);
    case 'metrics':
      return dispatcher.metrics();
    case 'test':
      return dispatcher.test(ask.webhook, ask.seq);
    default:
      return kind satisfies never;
  }
}

const given = workerData as WebhookThreadData | null;
if (given?.role === 'webhooks' && parentPort !== null) {
  const port = parentPort;
  const log = createLog({ level: given.logLevel, thread: 'webhooks' });
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin
  const tell = (message: FromWebhooks) => port.postMessage(message);
  const { folder, settings, endpoints, dns, begun } = given;
  const dispatcher = createDispatcher({
    folder,
    clock: systemClock,
    log,
    resolver: createResolver({ ...dns, trustAd: false, clock: systemClock }),
    settings,
    endpoints,
    begun,
    news: (news) => tell({ op: 'news', news }),
  });
  const take = (message: ToWebhooks): void => {
    switch (message.op) {
      case 'endpoint':
        return dispatcher.setEndpoint(message.endpoint);
      case 'gone':
        return dispatcher.removeEndpoint(message.id);
      case 'grew':
        return dispatcher.grew(message.sources);
      case 'settings':
        return dispatcher.setSettings(message.settings);
      case 'question':
        answer(dispatcher, message.question).then(
          (value) => tell({ op: 'answer', key: message.key, value }),
          (err: unknown) => {
            log.error('a question about webhooks failed', { err, kind: message.question.kind });
            tell({ op: 'failed', key: message.key });
          },
        );
        return;
      case 'close':
        dispatcher.close();
        log.flush();
        port.close();
        return;
      default:
        message satisfies never;
    }
  };
  port.on('message', take);
}
