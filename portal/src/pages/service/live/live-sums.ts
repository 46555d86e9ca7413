// What the last minutes of the stream come to.

import type { Flow, Frame } from './use-live.ts';

const SECOND_MS = 1000;
/** Rates are told over the last seconds: a single one jumps. */
const RATE_FRAMES = 10;

/** A second, of the last frames; 0 where there are none. */
export function rateOf(frames: readonly Frame[], pick: (frame: Frame) => number): number {
  const last = frames.slice(-RATE_FRAMES);
  const ms = last.reduce((sum, frame) => sum + frame.ms, 0);
  return ms === 0 ? 0 : (last.reduce((sum, frame) => sum + pick(frame), 0) * SECOND_MS) / ms;
}

/** A second, frame by frame. */
export function ratesOf(frames: readonly Frame[], pick: (frame: Frame) => number): number[] {
  return frames.map((frame) => Math.round((pick(frame) * 10 * SECOND_MS) / Math.max(1, frame.ms)) / 10);
}

export function bothOf(name: keyof Flow): (frame: Frame) => number {
  return ({ inbound, outbound }) => inbound[name] + outbound[name];
}

/** Refusals of all the frames, by reply, the most first. */
export function refusalsOf(frames: readonly Frame[]): { reply: string; count: number }[] {
  const sums = new Map<string, number>();
  for (const { refusals } of frames) {
    for (const [reply, count] of Object.entries(refusals)) sums.set(reply, (sums.get(reply) ?? 0) + count);
  }
  return [...sums].map(([reply, count]) => ({ reply, count })).toSorted((a, b) => b.count - a.count);
}

export interface ScannerSum {
  scanner: string;
  address: string;
  scans: number;
  unavailable: number;
  mean_ms: number | null;
}

/** What scanners did in all the frames. */
export function scannersOf(frames: readonly Frame[]): ScannerSum[] {
  const sums = new Map<string, ScannerSum & { ms: number }>();
  for (const { relay } of frames) {
    for (const { scanner, address, scans, unavailable, mean_ms } of relay?.scanners ?? []) {
      const key = `${scanner} ${address}`;
      const sum = sums.get(key) ?? { scanner, address, scans: 0, unavailable: 0, mean_ms: null, ms: 0 };
      sum.scans += scans;
      sum.unavailable += unavailable;
      sum.ms += scans * (mean_ms ?? 0);
      sums.set(key, sum);
    }
  }
  return [...sums.values()].map(({ ms, ...sum }) => ({ ...sum, mean_ms: sum.scans === 0 ? null : ms / sum.scans }));
}
