// Failures that are nobody's in particular: a MAIL that gets 4yz, a connection that breaks in the middle. Once is an
// accident of one message; in a row it is the destination, and its other mail should not run into the same.

const IN_A_ROW = 3;
/** Sites remembered; the oldest is forgotten first. */
const ENTRIES = 10_000;

export class Trouble {
  #counts = new Map<string, number>();

  /** Counts a failure; true where the site has had so many in a row that it should be closed for a while. */
  note(site: string): boolean {
    const count = (this.#counts.get(site) ?? 0) + 1;
    this.#counts.delete(site);
    this.#counts.set(site, count);
    if (this.#counts.size > ENTRIES) {
      const [oldest] = this.#counts.keys();
      if (oldest !== undefined) this.#counts.delete(oldest);
    }
    return count >= IN_A_ROW;
  }

  clear(site: string): void {
    this.#counts.delete(site);
  }
}
