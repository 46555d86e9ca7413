/**
 * How many relay threads a machine of so many cores gets where the configuration names no number: one core stays with
 * the store thread, the trace and the kernel (docs/adr/0003).
 */
export function relayThreads(cores: number): number {
  return Math.max(1, cores - 1);
}
