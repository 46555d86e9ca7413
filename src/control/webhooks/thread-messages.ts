// What main and the thread of the webhooks say to each other.

import type { Endpoint as NetworkEndpoint } from '../../platform/config/units.ts';
import type { LogLevel } from '../../platform/log.ts';
import type { AttemptLine, Delivery, DeliveryQuery } from './deliveries.ts';
import type { WebhookFigures } from './dispatcher.ts';
import type { Endpoint, WebhookSettings } from './endpoint.ts';
import type { WebhookNews } from './sender.ts';

/** What the thread is given at its start. */
export interface WebhookThreadData {
  role: 'webhooks';
  folder: string;
  logLevel: LogLevel;
  dns: { servers: NetworkEndpoint[]; timeoutMs: number };
  settings: WebhookSettings;
  endpoints: Endpoint[];
  /** When the thread was first wanted. */
  begun: number;
}

/** Questions, with what they answer. */
export interface WebhookQuestions {
  list: { ask: DeliveryQuery; answer: Delivery[] };
  find: { ask: { webhook: string; id: number }; answer: Delivery | undefined };
  /** The body as it is sent; nothing where the event is gone, or the delivery. */
  body: { ask: { webhook: string; id: number }; answer: string | undefined };
  figures: { ask: { webhooks: string[] }; answer: WebhookFigures[] };
  sendAgain: { ask: { webhook: string; id: number }; answer: boolean };
  sendFailedAgain: { ask: { webhook: string; since: number; until: number }; answer: number };
  replay: { ask: { webhook: string; since: number; until: number }; answer: boolean };
  metrics: { ask: Record<string, never>; answer: object };
  test: { ask: { webhook: string; seq: number }; answer: AttemptLine };
}

export type WebhookQuestion = {
  [Kind in keyof WebhookQuestions]: { kind: Kind } & { ask: WebhookQuestions[Kind]['ask'] };
}[keyof WebhookQuestions];

/** Main to thread. */
export type ToWebhooks =
  | { op: 'endpoint'; endpoint: Endpoint }
  | { op: 'gone'; id: string }
  | { op: 'grew'; sources: string[] }
  | { op: 'settings'; settings: WebhookSettings }
  | { op: 'question'; key: number; question: WebhookQuestion }
  | { op: 'close' };

/** Thread to main. */
export type FromWebhooks =
  | { op: 'answer'; key: number; value: unknown }
  /** The log knows why. */
  | { op: 'failed'; key: number }
  | { op: 'news'; news: WebhookNews };
