// An HTTPS server that takes webhooks: what came, and what it answers, is in the test's hands.

import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { type AddressInfo, type Socket } from 'node:net';
import { createAuthority } from './certificates.ts';
import type { Received } from './verify-webhook.ts';

export interface ReceivedWebhook extends Received {
  path: string;
  host: string | undefined;
  signature: string;
  /** The body, read. */
  event: { id: string; type: string; customer_id: string | null; timestamp: string; data: Record<string, unknown> };
}

/** What is answered; `drop` hangs up, `silent` never answers. */
export type Answer = number | { status: number; headers: Record<string, string> } | 'drop' | 'silent';

export interface WebhookReceiver extends AsyncDisposable {
  readonly port: number;
  /** PEM of the authority that the certificate is from. */
  readonly ca: string;
  readonly received: ReceivedWebhook[];
  /** Connections that were made. */
  connections: number;
  /** Default: 204. */
  answer: (webhook: ReceivedWebhook) => Answer;
  /** All different events so far. */
  ids(): Set<string>;
}

/** Starts a server whose certificate is for `names`, in `folder`. */
export async function startWebhookReceiver(
  folder: string,
  names = ['hooks.test', '127.0.0.1'],
): Promise<WebhookReceiver> {
  const authority = await createAuthority(folder);
  const { certificate, key } = await authority.issue('hooks', names);
  const sockets = new Set<Socket>();
  const receiver = {
    received: [] as ReceivedWebhook[],
    connections: 0,
    answer: (): Answer => 204,
  } as Omit<WebhookReceiver, 'port' | 'ca' | 'ids' | typeof Symbol.asyncDispose>;
  const server = createServer({ cert: readFileSync(certificate), key: readFileSync(key) }, (request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const webhook = read(request, Buffer.concat(parts));
      receiver.received.push(webhook);
      give(response, receiver.answer(webhook));
    });
  });
  server.on('connection', (socket) => {
    receiver.connections += 1;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => {});
  });
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(receiver, {
    port: (server.address() as AddressInfo).port,
    ca: readFileSync(authority.ca, 'utf8'),
    ids: () => new Set(receiver.received.map(({ id }) => id)),
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

function read({ headers, url = '' }: IncomingMessage, body: Buffer): ReceivedWebhook {
  return {
    path: url,
    host: headers.host,
    id: String(headers['webhook-id']),
    timestamp: Number(headers['webhook-timestamp']),
    signature: String(headers['webhook-signature']),
    body,
    event: JSON.parse(body.toString() || '{}') as ReceivedWebhook['event'],
  };
}

function give(response: ServerResponse, answer: Answer): void {
  if (answer === 'silent') return;
  if (answer === 'drop') {
    response.socket?.destroy();
    return;
  }
  if (typeof answer === 'number') response.writeHead(answer).end();
  else response.writeHead(answer.status, answer.headers).end();
}
