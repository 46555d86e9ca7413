// What the parts of the contract's suite share.

import assert from 'node:assert/strict';
import type { ClaimAnswer, ClaimRequest, QueueEngine, StepResult } from '../engine.ts';
import type { OperatorVerb } from '../operations.ts';
import { commit } from './queue-samples.ts';

/** An engine under test, its life of messages 100,000 ms. */
export interface EngineUnderTest {
  engine: QueueEngine;
  /** Ends the engine as a crash would, without a word, and opens its data again. */
  reopen(): Promise<QueueEngine>;
  /** Closes and removes everything. */
  dispose(): Promise<void>;
}

/** Life of a message in these tests. */
export const LIFE_MS = 100_000;

/** Declares one test of the contract on an empty engine. */
export type Test = (title: string, run: (engine: QueueEngine, under: EngineUnderTest) => Promise<void>) => void;

/** Asks for work of one.test, fresh unless said otherwise. */
export function ask(engine: QueueEngine, wanted: Partial<ClaimRequest> = {}): Promise<ClaimAnswer> {
  const request: ClaimRequest = {
    destination: 'one.test',
    lane: 'fresh',
    now: 2000,
    messages: 10,
    after: '',
    claimed: new Set(),
    paused: new Set(),
    ...wanted,
  };
  return Promise.resolve(engine.claim(request));
}

/** Runs one step of a verb. */
export async function run(engine: QueueEngine, verb: OperatorVerb, now = 2000): Promise<StepResult> {
  const { step } = await commit(engine, { step: { verb, after: 0, rows: 1000 }, now });
  assert.ok(step);
  return step;
}

/** Types of all events in the outbox, in order. */
export async function lines(engine: QueueEngine): Promise<string[]> {
  const rows = await engine.outbox(0, 1e9);
  return rows.flatMap(({ events }) => events.split('\n').map((text) => (JSON.parse(text) as { type: string }).type));
}
