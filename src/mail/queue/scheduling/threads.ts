// The relay threads as the scheduler sees them: how much work each would take.

import type { Lane, Site } from './site.ts';

/** Part of a thread's room that deferred mail never takes, and part that one site may have at most. */
const KEPT_FOR_FRESH = 1 / 4;
const ONE_SITE = 1 / 4;

interface Room {
  now: number;
  /** The most it ever said: what it has when idle. */
  whole: number;
}

export class Threads {
  readonly #rooms: Room[];

  constructor(threads: number) {
    this.#rooms = Array.from({ length: threads }, () => ({ now: 0, whole: 0 }));
  }

  said(thread: number, messages: number): void {
    const room = this.#rooms[thread];
    if (room === undefined) return;
    room.now = messages;
    room.whole = Math.max(room.whole, messages);
  }

  /** Nothing goes there before it says again what it would take. */
  gone(thread: number): void {
    const room = this.#rooms[thread];
    if (room !== undefined) room.now = 0;
  }

  take(thread: number, messages: number): void {
    const room = this.#rooms[thread];
    if (room !== undefined) room.now = Math.max(0, room.now - messages);
  }

  /** Whether any thread would take work of this lane. */
  any(lane: Lane): boolean {
    return this.#rooms.some((room) => free(room, lane) > 0);
  }

  /** The thread with the most room for a site, and how many messages it may get; nothing where none has any. */
  forSite(site: Site, lane: Lane): { thread: number; messages: number } | undefined {
    let best: { thread: number; messages: number } | undefined;
    for (const [thread, room] of this.#rooms.entries()) {
      const ofSite = Math.max(1, Math.floor(room.whole * ONE_SITE)) - (site.workByThread[thread] ?? 0);
      const messages = Math.min(free(room, lane), ofSite, site.freeOfThread(thread));
      if (messages > (best?.messages ?? 0)) best = { thread, messages };
    }
    return best;
  }

  /** Any thread with room, the emptiest first. */
  anyFor(lane: Lane): { thread: number; messages: number } | undefined {
    let best: { thread: number; messages: number } | undefined;
    for (const [thread, room] of this.#rooms.entries()) {
      const messages = free(room, lane);
      if (messages > (best?.messages ?? 0)) best = { thread, messages };
    }
    return best;
  }
}

function free(room: Room, lane: Lane): number {
  return lane === 'fresh' ? room.now : room.now - Math.floor(room.whole * KEPT_FOR_FRESH);
}
