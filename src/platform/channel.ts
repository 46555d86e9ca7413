// Messages between threads, posted in arrays: one post for all that was said in a turn of the event loop. A post costs
// far more than a message in it.

import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';

export interface Channel<Out, In> {
  /** Queued; leaves at the end of this turn of the event loop. */
  send(message: Out): void;
  /** Posts what is queued now. */
  flush(): void;
  /** Sends a message that hands over a port, after what is queued. */
  sendWithPort(message: Out, port: MessagePort): void;
  /** Takes what has arrived but was not handed to `receive` yet, without waiting. */
  drain(): In[];
  close(): void;
}

/** Joins a port to a receiver. `receive` gets whole arrays, in order. `closed` is called once when the other side goes. */
export function openChannel<Out, In>(
  port: MessagePort,
  receive: (messages: In[]) => void,
  closed?: () => void,
): Channel<Out, In> {
  let waiting: Out[] = [];
  let open = true;
  const flush = () => {
    if (waiting.length === 0) return;
    const batch = waiting;
    waiting = [];
    port.postMessage(batch);
  };
  port.on('message', (batch: In[]) => receive(batch));
  port.once('close', () => {
    open = false;
    closed?.();
  });
  return {
    send(message) {
      if (waiting.push(message) === 1) setImmediate(flush);
    },
    flush,
    sendWithPort(message, handedOver) {
      flush();
      port.postMessage([message], [handedOver]);
    },
    drain() {
      const all: In[] = [];
      // Node 26 ends with a segmentation fault when a closed port is asked.
      if (!open) return all;
      for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) {
        all.push(...(next.message as In[]));
      }
      return all;
    },
    close: () => port.close(),
  };
}
