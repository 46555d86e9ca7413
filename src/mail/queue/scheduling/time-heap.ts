// What is to be looked at when: a binary heap by time. An entry may be out of date; who takes it out checks.

export class TimeHeap<T> {
  readonly #times: number[] = [];
  readonly #items: T[] = [];

  get size(): number {
    return this.#times.length;
  }

  /** The earliest time, or nothing where the heap is empty. */
  first(): number | undefined {
    return this.#times[0];
  }

  add(time: number, item: T): void {
    let at = this.#times.length;
    this.#times.push(time);
    this.#items.push(item);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#time(parent) <= time) break;
      this.#swap(at, parent);
      at = parent;
    }
  }

  /** Takes out the earliest item that is due by `time`. */
  take(time: number): T | undefined {
    if (this.#times.length === 0 || this.#time(0) > time) return undefined;
    const last = this.#times.length - 1;
    this.#swap(0, last);
    this.#times.pop();
    const item = this.#items.pop();
    this.#sink(last);
    return item;
  }

  #sink(length: number): void {
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      if (left >= length) return;
      const child = left + 1 < length && this.#time(left + 1) < this.#time(left) ? left + 1 : left;
      if (this.#time(at) <= this.#time(child)) return;
      this.#swap(at, child);
      at = child;
    }
  }

  #time(at: number): number {
    return this.#times[at] ?? Number.POSITIVE_INFINITY;
  }

  #swap(a: number, b: number): void {
    const time = this.#time(a);
    this.#times[a] = this.#time(b);
    this.#times[b] = time;
    const item = this.#items[a] as T;
    this.#items[a] = this.#items[b] as T;
    this.#items[b] = item;
  }
}
