// A receiver that takes a large message drop by drop, each in time: it must not hold connection and message for days.

import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { createTestDelivery } from '../../../test/support/delivery.ts';
import { told } from '../../../test/support/outcomes.ts';

/** More than the kernel's buffers of both sides hold. */
const OCTETS = 24 * 1024 * 1024;
const DROP = 64 * 1024;
const DROP_EVERY_MS = 20;

/** Speaks until DATA, then reads a little at a time. */
function serve(socket: Socket): void {
  socket.on('error', () => {});
  socket.write('220 slow.test ESMTP\r\n');
  const answer = (chunk: Buffer) => {
    for (const line of chunk.toString('latin1').split('\r\n')) {
      if (/^(?:EHLO|MAIL|RCPT)/.test(line)) socket.write('250 ok\r\n');
      if (line !== 'DATA') continue;
      socket.write('354 go on\r\n');
      socket.off('data', answer);
      socket.pause();
      const timer = setInterval(() => void socket.read(DROP), DROP_EVERY_MS);
      socket.once('close', () => clearInterval(timer));
    }
  };
  socket.on('data', answer);
}

test('the content as a whole has a time limit, not only each portion', async () => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  // Each portion is in time: only the whole takes too long.
  await using delivery = createTestDelivery({ command_timeout: 60_000, content_timeout: 700 });
  const began = performance.now();
  const [outcome] = await delivery.send({
    to: port,
    content: `Subject: large\r\n\r\n${'x'.repeat(998)}\r\n`.repeat(OCTETS / 1000),
  });
  const took = performance.now() - began;
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
  assert.match(told(outcome), /^deferred/);
  assert.match(JSON.stringify(outcome), /not taken within 1 s/);
  assert.ok(took >= 600 && took < 5000, `${took}`);
});
