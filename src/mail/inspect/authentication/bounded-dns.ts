// DNS for one message: what a stranger's mail makes us ask is bounded in number and in time. Past either bound an answer
// is "temporary", so that nothing is taken for proven or refused for good because of it.

import type { DnsAnswer, Resolver } from '../../../network/dns-answer.ts';

export interface DnsBounds {
  /** Questions of one message; the same one twice counts once. */
  questions: number;
  /** In which an answer is waited for, all together: a message that takes minutes to come in may still ask at its end. */
  timeMs: number;
}

/** A resolver for one message. */
export interface BoundedDns extends Resolver, Disposable {}

/** Bounds a resolver. Nothing is asked any more once it is disposed. */
export function boundDns(resolver: Resolver, bounds: DnsBounds): BoundedDns {
  const answers = new Map<string, Promise<unknown>>();
  const over = Promise.withResolvers<void>();
  let timer: NodeJS.Timeout | undefined;
  let ended: string | undefined;
  let waiting = 0;
  let waitingSince = 0;
  let leftMs = bounds.timeMs;

  function end(why: string): void {
    ended ??= why;
    clearTimeout(timer);
    over.resolve();
  }

  function begin(): void {
    if (++waiting > 1) return;
    waitingSince = performance.now();
    timer = setTimeout(() => end('the look-ups for one message took too long'), leftMs);
  }

  function answered(): void {
    if (--waiting > 0) return;
    clearTimeout(timer);
    leftMs = Math.max(0, leftMs - (performance.now() - waitingSince));
  }

  function ask<T>(type: string, name: string, look: () => Promise<DnsAnswer<T>>): Promise<DnsAnswer<T>> {
    const key = `${type} ${name.toLowerCase()}`;
    const known = answers.get(key) as Promise<DnsAnswer<T>> | undefined;
    if (known !== undefined) return known;
    if (ended === undefined && answers.size >= bounds.questions) end('too many look-ups for one message');
    if (ended !== undefined) return Promise.resolve({ kind: 'temporary', detail: ended });
    begin();
    const answer = Promise.race([
      look().catch((): DnsAnswer<T> => ({ kind: 'temporary', detail: 'the look-up failed' })),
      over.promise.then((): DnsAnswer<T> => ({ kind: 'temporary', detail: ended ?? '' })),
    ]).finally(answered);
    answers.set(key, answer);
    return answer;
  }

  return {
    mx: (name) => ask('MX', name, () => resolver.mx(name)),
    a: (name) => ask('A', name, () => resolver.a(name)),
    aaaa: (name) => ask('AAAA', name, () => resolver.aaaa(name)),
    txt: (name) => ask('TXT', name, () => resolver.txt(name)),
    ptr: (ip) => ask('PTR', ip, () => resolver.ptr(ip)),
    [Symbol.dispose]: () => end('the message is at its end'),
  };
}
