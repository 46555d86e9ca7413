// Metrics: each thread counts in a registry of its own, main adds them up when asked. A help text says what the value
// means and when to worry.

import { Counter, Gauge, Histogram, Registry } from '@prometheus-io/client';

/** Where a thread's metrics are made. */
export interface Metrics {
  counter<L extends string = never>(name: string, help: string, labels?: readonly L[]): CounterHandle<L>;
  gauge<L extends string = never>(name: string, help: string, labels?: readonly L[]): GaugeHandle<L>;
  /** Buckets are in the unit that the name ends with. */
  histogram(name: string, help: string, buckets: readonly number[]): HistogramHandle;
  /** Values for another thread: give it to `exposeMetrics`. */
  snapshot(): Promise<unknown>;
}

type Labels<L extends string> = { [K in L]: string };
export interface CounterHandle<L extends string> {
  add(value: number, ...labels: [L] extends [never] ? [] : [Labels<L>]): void;
}
export interface GaugeHandle<L extends string> {
  set(value: number, ...labels: [L] extends [never] ? [] : [Labels<L>]): void;
}
export interface HistogramHandle {
  observe(value: number): void;
}

/** An empty set of metrics, one a thread. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  return {
    counter: (name, help, labels) => {
      const counter = new Counter<string>({ name, help, labelNames: [...(labels ?? [])], registers });
      return { add: (value, ...given) => (given[0] === undefined ? counter.inc(value) : counter.inc(given[0], value)) };
    },
    gauge: (name, help, labels) => {
      const gauge = new Gauge<string>({ name, help, labelNames: [...(labels ?? [])], registers });
      return { set: (value, ...given) => (given[0] === undefined ? gauge.set(value) : gauge.set(given[0], value)) };
    },
    histogram: (name, help, buckets) => {
      const histogram = new Histogram({ name, help, buckets: [...buckets], registers });
      return { observe: (value) => histogram.observe(value) };
    },
    snapshot: () => registry.getMetricsAsJSON(),
  };
}

/** Prometheus text of the snapshots of all threads, added up. */
export function exposeMetrics(snapshots: readonly unknown[]): Promise<string> {
  return Registry.aggregate(snapshots as object[]).metrics();
}
