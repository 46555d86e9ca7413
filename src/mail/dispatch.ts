// After the 250: the order of the stages, and nothing else.

import type { ContentSource } from './deliver/content.ts';
import type { ShownForm } from './hide/turned-back.ts';
import type { Outcome } from './message.ts';
import type { Work, WorkTask } from './queue/queue.ts';
import type { RoutedHosts } from './route/route.ts';
import type { SendingAddresses } from './route/sending-address.ts';
import { isToComeIn, type TakenIn } from './take-in.ts';

/** Where work goes and from where, or the outcome where there is nowhere to go. */
export type Routed =
  | {
      kind: 'hosts';
      route: RoutedHosts;
      addresses: SendingAddresses;
      /** In order, for a site that does not want the first choice. */
      otherAddresses: () => SendingAddresses[];
      /** The message as those who receive it get it, where that is not what is stored. */
      shown?: ShownForm;
    }
  | { kind: 'outcome'; outcome: Outcome }
  | Ended;

/** Ended on its way in to another customer, whose protection asked for it; in the order of the work's recipients. */
export interface Ended {
  kind: 'ended';
  outcomes: Outcome[];
  takenIn?: TakenIn;
}

/** The stages after the queue; each never rejects. */
export interface DispatchSteps {
  route(work: Work): Promise<Routed>;
  /** Of mail to another customer: what its inbound protection makes of it before it goes to its mail hosts. */
  takeIn(work: Work, routed: Extract<Routed, { kind: 'hosts' }>, content: ContentSource): Promise<Routed>;
  /** Outcomes in the order of the work's recipients. */
  deliver(work: Work, routed: Extract<Routed, { kind: 'hosts' }>, content: ContentSource): Promise<Outcome[]>;
  /** Makes the outcomes durable and tells of them: one notice for all that end together. */
  report(ended: readonly EndedWork[], content: ContentSource): Promise<void>;
}

/** Work with what became of it, in the order of its recipients. */
export interface EndedWork {
  work: Work;
  outcomes: Outcome[];
  takenIn?: TakenIn;
}

/** Takes the claimed recipients of one message, a `Work` for each destination, to their outcomes. Never rejects. */
export async function dispatch(works: readonly Work[], content: ContentSource, steps: DispatchSteps): Promise<void> {
  const [first] = works;
  // Nearly every message has one destination, and needs nobody to wait for several.
  if (first !== undefined && works.length === 1)
    return dispatchGroup([await lookedAt(await routed(first, steps), content, steps)], content, steps);
  const all = await Promise.all(works.map((work) => routed(work, steps)));
  const { inside = [], outside = [] } = Object.groupBy(all, (one) => (comesIn(one) ? 'inside' : 'outside'));
  const group = (some: RoutedWork[]) => Promise.all(bySite(some).map((one) => dispatchGroup(one, content, steps)));
  // What the protection of one customer takes time over is not waited for by those whom it does not concern.
  await Promise.all([
    group(outside),
    Promise.all(inside.map((one) => lookedAt(one, content, steps))).then((looked) => group(looked)),
  ]);
}

interface RoutedWork {
  work: Work;
  to: Routed;
}

async function routed(work: Work, steps: DispatchSteps): Promise<RoutedWork> {
  return { work, to: work.task === 'deliver' ? await steps.route(work) : WITHOUT_ATTEMPT[work.task] };
}

function comesIn({ work, to }: RoutedWork): boolean {
  return to.kind === 'hosts' && isToComeIn(work.meta, to.route);
}

async function lookedAt(one: RoutedWork, content: ContentSource, steps: DispatchSteps): Promise<RoutedWork> {
  const { work, to } = one;
  return to.kind === 'hosts' && comesIn(one) ? { work, to: await steps.takeIn(work, to, content) } : one;
}

/** Work that goes to no receiver. */
const WITHOUT_ATTEMPT = {
  expire: { kind: 'outcome', outcome: { kind: 'expired' } },
  'tell-delay': { kind: 'outcome', outcome: { kind: 'untouched' } },
  'end-suppressed': { kind: 'outcome', outcome: { kind: 'suppressed' } },
} as const satisfies Record<Exclude<WorkTask, 'deliver'>, Routed>;

/**
 * Recipients of destinations that share their hosts and our address travel in one transaction; those that go nowhere are
 * reported together.
 */
function bySite(works: RoutedWork[]): RoutedWork[][] {
  const groups = new Map<string, RoutedWork[]>();
  for (const one of works) {
    const key =
      one.to.kind === 'hosts'
        ? `${one.to.route.site} ${one.to.route.tls} ${one.to.addresses.v4?.ip} ${one.to.addresses.v6?.ip} ${one.to.route.mailHostsOf ?? ''} ${one.to.route.stampFor ?? ''} ${one.to.shown === undefined ? '' : one.to.route.receiver}`
        : '';
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return [...groups.values()];
}

async function dispatchGroup(group: RoutedWork[], content: ContentSource, steps: DispatchSteps): Promise<void> {
  const [first] = group;
  if (first === undefined) return;
  if (first.to.kind !== 'hosts') {
    await steps.report(group.map(endedByRoute), content);
    return;
  }
  const whole =
    group.length === 1 ? first.work : { ...first.work, recipients: group.flatMap((one) => one.work.recipients) };
  const outcomes = await steps.deliver(whole, first.to, content);
  let position = 0;
  const ended = group.map(({ work }) => {
    const own = outcomes.slice(position, position + work.recipients.length);
    position += work.recipients.length;
    return { work, outcomes: own };
  });
  await steps.report(ended, content);
}

function endedByRoute({ work, to }: RoutedWork): EndedWork {
  if (to.kind === 'ended') {
    return { work, outcomes: to.outcomes, ...(to.takenIn !== undefined && { takenIn: to.takenIn }) };
  }
  const outcome: Outcome = to.kind === 'outcome' ? to.outcome : { kind: 'untouched' };
  return { work, outcomes: work.recipients.map(() => outcome) };
}
