// DNS for one message: what a stranger's mail makes us ask is bounded in number and in time. Past either bound an answer
// is "temporary", so that nothing is taken for proven or refused for good because of it.

import type { DnsAnswer, Resolver } from '../../../network/dns-answer.ts';
import { createDnsRoom, type DnsRoom } from './dns-room.ts';

export interface DnsBounds {
  /** Questions of one message; the same one twice counts once. */
  questions: number;
  /** In which an answer is waited for, all together: a message that takes minutes to come in may still ask at its end. */
  timeMs: number;
  /** Shared by all messages of the thread. Default: as much as is asked. */
  room?: DnsRoom;
}

/** Questions of one message at once. */
const MOST_AT_ONCE = 8;

/** A resolver for one message. */
export interface BoundedDns extends Resolver, Disposable {
  /** The time was over while a question waited for room: that says nothing of anybody's DNS. */
  readonly crowded: boolean;
}

/** Bounds a resolver. Nothing is asked any more once it is disposed. */
export function boundDns(resolver: Resolver, bounds: DnsBounds): BoundedDns {
  const answers = new Map<string, Promise<unknown>>();
  const over = Promise.withResolvers<void>();
  const time = new WaitingTime(bounds.timeMs, () => {
    crowded = waitingForRoom > 0;
    end('the look-ups for one message took too long');
  });
  let ended: string | undefined;
  let waitingForRoom = 0;
  let crowded = false;
  const own = createDnsRoom(MOST_AT_ONCE);
  const room: DnsRoom = bounds.room ?? ((work) => work());

  function end(why: string): void {
    ended ??= why;
    time.stop();
    over.resolve();
  }

  /** `look` once there is room, if the answer is wanted then. */
  function inRoom<T>(look: () => Promise<DnsAnswer<T>>): Promise<DnsAnswer<T>> {
    const unwanted = async (): Promise<DnsAnswer<T>> => ({ kind: 'temporary', detail: ended ?? '' });
    return own(() => {
      waitingForRoom++;
      return room(() => {
        waitingForRoom--;
        return ended === undefined ? look() : unwanted();
      });
    });
  }

  function ask<T>(type: string, name: string, look: () => Promise<DnsAnswer<T>>): Promise<DnsAnswer<T>> {
    const key = `${type} ${name.toLowerCase()}`;
    const known = answers.get(key) as Promise<DnsAnswer<T>> | undefined;
    if (known !== undefined) return known;
    if (ended === undefined && answers.size >= bounds.questions) end('too many look-ups for one message');
    if (ended !== undefined) return Promise.resolve({ kind: 'temporary', detail: ended });
    time.begin();
    const answer = Promise.race([
      inRoom(look).catch((): DnsAnswer<T> => ({ kind: 'temporary', detail: 'the look-up failed' })),
      over.promise.then((): DnsAnswer<T> => ({ kind: 'temporary', detail: ended ?? '' })),
    ]).finally(() => time.answered());
    answers.set(key, answer);
    return answer;
  }

  return {
    mx: (name) => ask('MX', name, () => resolver.mx(name)),
    a: (name) => ask('A', name, () => resolver.a(name)),
    aaaa: (name) => ask('AAAA', name, () => resolver.aaaa(name)),
    txt: (name) => ask('TXT', name, () => resolver.txt(name)),
    ptr: (ip) => ask('PTR', ip, () => resolver.ptr(ip)),
    get crowded() {
      return crowded;
    },
    [Symbol.dispose]: () => end('the message is at its end'),
  };
}

/** Time in which at least one answer is waited for. */
class WaitingTime {
  readonly #over: () => void;
  #leftMs: number;
  #waiting = 0;
  #since = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(ms: number, over: () => void) {
    this.#leftMs = ms;
    this.#over = over;
  }

  begin(): void {
    if (++this.#waiting > 1) return;
    this.#since = performance.now();
    this.#timer = setTimeout(this.#over, this.#leftMs);
  }

  answered(): void {
    if (--this.#waiting > 0) return;
    this.stop();
    this.#leftMs = Math.max(0, this.#leftMs - (performance.now() - this.#since));
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
