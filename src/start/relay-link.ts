// Main's side of one relay thread.

import type { MessagePort } from 'node:worker_threads';
import type { LoadCause } from '../mail/accept/front/load.ts';
import type { LearnedHost } from '../mail/authorise/greylist/host-memory.ts';
import type { Learned } from '../mail/authorise/recipients/known-recipients.ts';
import type { SuppressionRequest } from '../mail/authorise/suppression.ts';
import type { MailHostNews } from '../mail/deliver/reach.ts';
import type { IdentityActivity } from '../mail/identities/activity.ts';
import type { FromRelay, InspectionNews, ToRelay } from '../mail/relay-messages.ts';
import { openChannel } from '../platform/channel.ts';

export interface RelayLink {
  send(message: ToRelay): void;
  sendPort(message: Extract<ToRelay, { port: MessagePort }>): void;
  /** Resolves once the thread listens; rejects with the reason where it cannot. */
  readonly listening: Promise<void>;
  /** Resolves once the thread has ended its work, or is gone. */
  readonly stopped: Promise<void>;
  /** The thread's metrics; nothing where it does not answer in time. */
  metrics(deadlineMs: number): Promise<unknown>;
}

/** What main does when a relay thread asks or tells. */
export interface RelayRequests {
  noAddress(customer: string): void;
  mailHost(news: MailHostNews): void;
  suppress(request: SuppressionRequest): void;
  /** The private key for the id (PKCS #8, DER), or nothing where it cannot be had. */
  signingKey(id: number): Uint8Array | undefined;
  inspectionNews(news: InspectionNews): void;
  /** What senders of customers did. */
  sendersDid(batch: IdentityActivity[]): void;
  /** What a thread has learned of recipients. */
  learnedRecipients(learned: Learned[], thread: RelayLink): void;
  /** What a thread has learned of hosts. */
  learnedHosts(learned: LearnedHost[], thread: RelayLink): void;
  /** A thread is under load, or no longer. */
  underLoad(cause: LoadCause | undefined, thread: RelayLink): void;
  /** What is wrong with a DNS blocklist; nothing where it is used. */
  dnsbl(zone: string, fault: string | undefined): void;
}

/** Joins main to a relay thread over its control port. */
export function joinRelay(control: MessagePort, requests: RelayRequests): RelayLink {
  const listening = Promise.withResolvers<void>();
  const stopped = Promise.withResolvers<void>();
  const metrics = metricsQuestions((key) => channel.send({ op: 'metrics', key }));
  // Nobody may be waiting yet when it fails.
  listening.promise.catch(() => {});
  const receive = (message: FromRelay) => {
    switch (message.op) {
      case 'listening':
        return listening.resolve();
      case 'failed':
        return listening.reject(new Error(message.reason));
      case 'metrics':
        return metrics.answer(message.key, message.snapshot);
      case 'no-address':
        return requests.noAddress(message.customer);
      case 'mail-host':
        return requests.mailHost(message.news);
      case 'recipients':
        return requests.learnedRecipients(message.learned, link);
      case 'inspection':
        return requests.inspectionNews(message.news);
      case 'hosts':
        return requests.learnedHosts(message.learned, link);
      case 'load':
        return requests.underLoad(message.cause, link);
      case 'dnsbl':
        return requests.dnsbl(message.zone, message.fault);
      case 'senders':
        return requests.sendersDid(message.batch);
      case 'suppress':
        return requests.suppress(message.request);
      case 'signing-key': {
        const key = requests.signingKey(message.id);
        return channel.send({ op: 'signing-key', id: message.id, ...(key !== undefined && { key }) });
      }
      case 'stopped':
        return stopped.resolve();
      default:
        return message satisfies never;
    }
  };
  const channel = openChannel<ToRelay, FromRelay>(
    control,
    (messages) => messages.forEach(receive),
    () => {
      listening.reject(new Error('the thread ended before it could listen'));
      stopped.resolve();
      metrics.end();
    },
  );
  const link: RelayLink = {
    send: (message) => channel.send(message),
    sendPort: (message) => channel.sendWithPort(message, message.port),
    listening: listening.promise,
    stopped: stopped.promise,
    metrics: (deadlineMs) => metrics.ask(deadlineMs),
  };
  return link;
}

/** Questions for metrics that wait for their answer. */
function metricsQuestions(send: (key: number) => void) {
  const asked = new Map<number, (snapshot: unknown) => void>();
  let nextKey = 1;
  return {
    ask(deadlineMs: number): Promise<unknown> {
      const key = nextKey++;
      return new Promise((resolve) => {
        const timer = setTimeout(() => asked.get(key)?.(undefined), deadlineMs);
        asked.set(key, (snapshot) => {
          clearTimeout(timer);
          asked.delete(key);
          resolve(snapshot);
        });
        send(key);
      });
    },
    answer: (key: number, snapshot: unknown): void => asked.get(key)?.(snapshot),
    /** The thread is gone. */
    end(): void {
      for (const answer of asked.values()) answer(undefined);
    },
  };
}
