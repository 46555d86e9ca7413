import type { Clock } from '../../../platform/clock.ts';
import type { QueueEngine } from '../engine.ts';
import { type DestinationState, WAITING_COUNTED } from '../operations.ts';
import type { Scheduler } from '../scheduler.ts';
import type { Destination } from '../scheduling/destination.ts';

const LIMIT = 100;
const HIGHEST_LIMIT = 1000;

/** Destinations known to the scheduler, in order of name, after the named one; of `names` alone where there are some. */
export async function destinationStates(
  scheduler: Scheduler,
  engine: QueueEngine,
  clock: Clock,
  page: { after?: string; limit?: number; names?: readonly string[] },
): Promise<DestinationState[]> {
  const after = page.after ?? '';
  const limit = Math.min(page.limit ?? LIMIT, HIGHEST_LIMIT);
  const wanted = page.names && new Set(page.names);
  const known = [...scheduler.destinations.all()].filter(({ name }) => name > after && wanted?.has(name) !== false);
  known.sort((a, b) => (a.name < b.name ? -1 : 1));
  const states: DestinationState[] = [];
  for (const destination of known.slice(0, limit)) {
    states.push(state(destination, await engine.waiting(destination.name, WAITING_COUNTED), clock));
  }
  return states;
}

function state(destination: Destination, waiting: number, clock: Clock): DestinationState {
  const { site } = destination;
  const gate = destination.gate ?? site.gate;
  const until = gate && clock.now() + Math.max(0, gate.until - clock.monotonic());
  return {
    destination: destination.name,
    site: site.name === destination.name ? null : site.name,
    waiting,
    in_flight: site.inFlight,
    window: site.window,
    closed_until: until === undefined ? null : new Date(until).toISOString(),
    last_reason: gate?.reason ?? null,
  };
}
