import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import { after, test } from 'node:test';
import { type ProbeAnswer, probe } from './probe.ts';

const closing: (() => void)[] = [];
after(() => {
  for (const close of closing) close();
});

async function server(take: (socket: Socket) => void): Promise<number> {
  const listener = createServer((socket) => {
    socket.on('error', () => undefined);
    closing.push(() => socket.destroy());
    take(socket);
  });
  closing.push(() => listener.close());
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const address = listener.address();
  assert.ok(typeof address === 'object' && address !== null);
  return address.port;
}

function ask(port: number, bind?: string): Promise<ProbeAnswer> {
  return probe({
    origin: { kind: 'here', ...(bind !== undefined && { bind }) },
    target: { ip: '127.0.0.1', port },
    hostname: 'relay.test',
    recipient: 'postmaster@acme.test',
    timeoutMs: 150,
  });
}

/** Says these, one a command; then nothing. */
function script(...replies: string[]): (socket: Socket) => void {
  return (socket) => {
    let at = 0;
    const next = () => void socket.write(replies[at++] ?? '');
    next();
    socket.on('data', next);
  };
}

test('how far a stranger gets', async () => {
  const TABLE: readonly [(socket: Socket) => void, string][] = [
    [script('220 a\r\n', '250-a\r\n250 b\r\n', '250 c\r\n', '250 d\r\n', '221 e\r\n'), 'taken'],
    [script('220 a\r\n', '250 b\r\n', '250 c\r\n', '554 5.7.1 go away\r\n'), 'refused rcpt 554'],
    [script('220 a\r\n', '250 b\r\n', '530 TLS\r\n'), 'refused mail 530'],
    [script('554 a\r\n'), 'refused greeting 554'],
    [script('421 a\r\n'), 'refused greeting 421'],
    [script('220 a\r\n'), 'silent ehlo timeout'],
    [() => undefined, 'silent greeting timeout'],
    [(socket) => socket.destroy(), 'silent greeting closed'],
    [(socket) => socket.end('220 a\r\n'), 'silent ehlo closed'],
    [script('HTTP/1.1 400 Bad Request\r\n\r\n'), 'silent greeting closed'],
    [script('\x00\xff\x00\r\n'), 'silent greeting closed'],
    [(socket) => socket.write('220 a\r\n'.repeat(100_000)), 'taken|silent'],
    [(socket) => socket.write(`220-${'x'.repeat(200_000)}`), 'silent greeting closed'],
  ];
  for (const [take, expected] of TABLE) {
    const answer = await ask(await server(take));
    const said = [
      answer.kind,
      'stage' in answer ? answer.stage : '',
      answer.kind === 'refused' ? answer.reply.code : 'how' in answer ? answer.how : '',
    ].join(' ');
    assert.match(said.trim(), new RegExp(`^(${expected})`));
  }
});

test('nobody there, and an address that is not ours', async () => {
  const port = await server(() => undefined);
  const gone = await new Promise<number>((resolve) => {
    const listener = createServer().listen(0, '127.0.0.1', () => {
      const address = listener.address();
      listener.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });
  const nobody = await ask(gone);
  assert.equal(nobody.kind === 'no-connection' && nobody.how, 'refused');
  assert.equal((await ask(port, '192.0.2.1')).kind, 'not-tried');
});
