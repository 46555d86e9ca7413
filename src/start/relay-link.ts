// Main's side of one relay thread.

import type { MessagePort } from 'node:worker_threads';
import type { FromRelay, ToRelay } from '../mail/relay-messages.ts';
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

/** Joins main to a relay thread over its control port. */
export function joinRelay(control: MessagePort, noAddress: (customer: string) => void): RelayLink {
  const listening = Promise.withResolvers<void>();
  const stopped = Promise.withResolvers<void>();
  const asked = new Map<number, (snapshot: unknown) => void>();
  let nextKey = 1;
  // Nobody may be waiting yet when it fails.
  listening.promise.catch(() => {});
  const receive = (message: FromRelay) => {
    switch (message.op) {
      case 'listening':
        return listening.resolve();
      case 'failed':
        return listening.reject(new Error(message.reason));
      case 'metrics':
        asked.get(message.key)?.(message.snapshot);
        return asked.delete(message.key);
      case 'no-address':
        return noAddress(message.customer);
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
      for (const answer of asked.values()) answer(undefined);
      asked.clear();
    },
  );
  return {
    send: (message) => channel.send(message),
    sendPort: (message) => channel.sendWithPort(message, message.port),
    listening: listening.promise,
    stopped: stopped.promise,
    metrics(deadlineMs) {
      const key = nextKey++;
      return new Promise((resolve) => {
        const timer = setTimeout(() => asked.get(key)?.(undefined), deadlineMs);
        asked.set(key, (snapshot) => {
          clearTimeout(timer);
          asked.delete(key);
          resolve(snapshot);
        });
        channel.send({ op: 'metrics', key });
      });
    },
  };
}
