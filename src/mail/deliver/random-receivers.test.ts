// Receivers that answer at random: whatever they do, each recipient has one outcome, and that is the truth.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestDelivery } from '../../../test/support/delivery.ts';
import { saidOf } from '../../../test/support/outcomes.ts';
import { type Answer, type Script, type Step, startReceiver } from '../../../test/support/scripted-receiver.ts';
import type { Outcome } from '../message.ts';

const sessions = Number(process.env['EASYMAIL_FUZZ_RUNS'] ?? 200);
const AT_ONCE = 20;

/** A small generator with a seed, so that a failure can be run again. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const GOOD: Record<Step, string> = {
  greeting: '220 hi',
  ehlo: '250-r.test\r\n250-PIPELINING\r\n250 8BITMIME',
  helo: '250 r.test',
  starttls: '454 no',
  rset: '250 reset',
  mail: '250 2.1.0 ok',
  rcpt: '250 2.1.5 ok',
  data: '354 go',
  bdat: '250 2.0.0 ok',
  dot: '250 2.0.0 taken',
  quit: '221 bye',
};

const BAD: Answer[] = [
  'hang up',
  '421 4.3.2 closing',
  { reply: '421 4.3.2 closing', last: 'hang up' },
  '450 4.2.0 later',
  '452 4.5.3 too many recipients',
  '550 5.1.1 no',
  '552 5.5.3 too many recipients',
  '354 go',
  '250 ok',
  '220 hello',
  '503 5.5.1 bad sequence',
  { raw: 'nonsense\r\n' },
  { raw: '250-half' },
  { dribble: '250-a\r\n250 b' },
  { raw: '\0\xff\r\n' },
  'silence',
];

function randomScript(random: () => number, said: Map<Step, Answer[]>): Script {
  const script: Script = {};
  const badness = random() * 0.3;
  for (const step of Object.keys(GOOD) as Step[]) {
    script[step] = () => {
      const bad = BAD[Math.floor(random() * BAD.length)];
      const answer = random() < badness && bad !== undefined ? bad : GOOD[step];
      said.set(step, [...(said.get(step) ?? []), answer]);
      return answer;
    };
  }
  if (random() < 0.1) script.hangUpInContent = Math.floor(random() * 300);
  return script;
}

function startsWith(answer: Answer, digit: string): boolean {
  const text = typeof answer === 'string' ? answer : JSON.stringify(Object.values(answer)[0]).slice(1);
  return text.startsWith(digit);
}

async function oneReceiver(seed: number): Promise<void> {
  const random = randomOf(seed);
  const said = new Map<Step, Answer[]>();
  await using receiver = await startReceiver(randomScript(random, said));
  await using delivery = createTestDelivery({ command_timeout: 150, dot_timeout: 150, recipients_per_transaction: 3 });
  for (let number = 0; number < 3; number++) {
    const recipients = Array.from({ length: 1 + Math.floor(random() * 5) }, (_, i) => `r${i}-${number}@r.test`);
    const content = `Subject: ${seed} ${number}\r\n\r\n.\r\n`;
    const outcomes = await delivery.send({ to: receiver.port, recipients, content });
    assert.equal(outcomes.length, recipients.length);
    for (const [i, outcome] of outcomes.entries()) {
      const name = `seed ${seed}: ${recipients[i]} ${JSON.stringify(outcome)} ${JSON.stringify(saidOf(outcome))}`;
      checkOutcome(outcome, name, {
        taken: receiver.messages.some(
          (message) => message.rcpts.includes(`RCPT TO:<${recipients[i]}>`) && message.content.endsWith(content),
        ),
        saidNo: [...said.values()].flat().some((answer) => startsWith(answer, '5')),
      });
    }
  }
}

function checkOutcome(outcome: Outcome, name: string, truth: { taken: boolean; saidNo: boolean }): void {
  if (outcome.kind === 'delivered') {
    assert.ok(truth.taken, `told as delivered, but never taken: ${name}`);
    assert.equal(Math.floor(outcome.reply.code / 100), 2, name);
  } else if (outcome.kind === 'bounced') {
    assert.ok(outcome.cause.from === 'remote' && outcome.cause.reply.code >= 500, name);
    assert.ok(truth.saidNo, `bounced, but nobody said no: ${name}`);
  } else assert.equal(outcome.kind, 'deferred', name);
}

test(`${sessions} receivers that answer at random`, async () => {
  const first = Math.floor(Math.random() * 1e9);
  for (let done = 0; done < sessions; done += AT_ONCE) {
    const count = Math.min(AT_ONCE, sessions - done);
    await Promise.all(Array.from({ length: count }, (_, i) => oneReceiver(first + done + i)));
  }
});
