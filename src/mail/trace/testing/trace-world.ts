// A folder of days in the test's hands: a writer to give rows to, and a search.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Clock } from '../../../platform/clock.ts';
import { createTestLog } from '../../../platform/log.ts';
import type { OutboxRow, TraceEntry } from '../trace.ts';
import { parseTraceQuery } from '../trace-query.ts';
import { openTraceReader } from '../trace-reader.ts';
import { openTraceWriter, type TraceWriter, type TraceWriterOptions } from '../trace-writer.ts';

/** The time at which these tests begin. */
export const NOON = Date.parse('2026-11-22T12:00:00Z');
export const DAY_MS = 86_400_000;

export interface World {
  folder: string;
  clock: Clock & { at: number };
  setAside: { day: string; file: string; reason: string }[];
  open(more?: Pick<TraceWriterOptions, 'onTraffic'>): TraceWriter;
  find(query: string): TraceEntry[];
}

/** A folder that goes with the test. */
export function makeWorld(t: TestContext): World {
  const folder = mkdtempSync(join(tmpdir(), 'easymail-trace-'));
  const clock = { at: NOON, now: () => clock.at, monotonic: () => performance.now() };
  const opened: TraceWriter[] = [];
  const setAside: World['setAside'] = [];
  t.after(() => {
    for (const writer of opened) {
      try {
        writer.close();
      } catch {
        // Closed by the test.
      }
    }
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    folder,
    clock,
    setAside,
    open(more = {}) {
      const onSetAside = (one: World['setAside'][number]) => setAside.push(one);
      const writer = openTraceWriter({ folder, clock, log: createTestLog(), onSetAside, ...more });
      opened.push(writer);
      return writer;
    },
    find(text) {
      const parsed = parseTraceQuery(text, clock.at);
      assert.equal(parsed.kind, 'query', JSON.stringify(parsed));
      const reader = openTraceReader(folder);
      const page = reader.search(parsed.kind === 'query' ? parsed.query : assert.fail(), { limit: 100 });
      reader.close();
      return page.entries;
    },
  };
}

/** A row of the outbox. */
export function row(seq: number, ...texts: string[]): OutboxRow {
  return { seq, events: texts.join('\n') };
}
