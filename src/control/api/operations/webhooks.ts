// Operations about webhooks and events, in the order of the documentation.

import { changeWebhook } from './webhooks/change-webhook.ts';
import { createWebhook } from './webhooks/create-webhook.ts';
import { listDeliveries } from './webhooks/list-deliveries.ts';
import { listEventTypes } from './webhooks/list-event-types.ts';
import { listEvents } from './webhooks/list-events.ts';
import { listWebhooks } from './webhooks/list-webhooks.ts';
import { pauseWebhook } from './webhooks/pause-webhook.ts';
import { removeWebhook } from './webhooks/remove-webhook.ts';
import { replayDelivery } from './webhooks/replay-delivery.ts';
import { replayWebhook } from './webhooks/replay-webhook.ts';
import { resumeWebhook } from './webhooks/resume-webhook.ts';
import { rotateWebhookSecret } from './webhooks/rotate-webhook-secret.ts';
import { showDelivery } from './webhooks/show-delivery.ts';
import { showWebhook } from './webhooks/show-webhook.ts';
import { testWebhook } from './webhooks/test-webhook.ts';

export const webhookOperations = [
  listEventTypes,
  listEvents,
  listWebhooks,
  createWebhook,
  showWebhook,
  changeWebhook,
  removeWebhook,
  rotateWebhookSecret,
  testWebhook,
  pauseWebhook,
  resumeWebhook,
  replayWebhook,
  listDeliveries,
  showDelivery,
  replayDelivery,
];
