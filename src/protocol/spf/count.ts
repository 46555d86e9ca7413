// What an SPF record costs whoever evaluates it, and what it leads to, whatever the address: the tree of its includes is
// walked in order, as an address would that nothing matches but `all`.
//
// - Each term that asks DNS is one look-up (RFC 7208 4.6.4), those of included records counted in.
// - A term behind `all` is never reached (5.1), and a redirect neither (6.1).
// - What depends on the sender (macros but `%{d}` and `%{o}`) counts, and is not followed.

import { MOST_LOOKUPS, MOST_NAMES, MOST_VOIDS } from './evaluate.ts';
import { expandMacros, fitName, type MacroPart, type MacroValues, macroLetters } from './macro.ts';
import type { Directive, Qualifier, SpfFault, SpfRecord } from './record.ts';
import { isSpfDomain, type PublishedSpf, publishedSpf, type SpfAnswer, type SpfDns } from './spf-dns.ts';

/** Look-ups of a term or a record, those of what it includes counted in. */
export interface SpfCost {
  lookups: number;
  /** Look-ups that find nothing, for an IPv4 and for an IPv6 client: these ask for A, those for AAAA. */
  voids4: number;
  voids6: number;
}

export interface SpfTerm extends SpfCost {
  /** As written. */
  text: string;
  kind: Directive['mechanism']['kind'] | 'redirect';
  qualifier: Qualifier;
  /** The name that is asked, where it does not depend on the sender. */
  target?: string;
  /** The record that is included, or that the redirect leads to. */
  record?: SpfNode;
  /** False where an `all` before it decides. */
  reached: boolean;
  /** Why it makes the whole record an error. */
  fault?: string;
}

/** The record of one domain. */
export interface SpfNode extends SpfCost {
  domain: string;
  /** Absent where it was not found, or not followed. */
  text?: string;
  terms: SpfTerm[];
}

export interface SpfCount extends SpfCost {
  /**
   * `ok`: a record that can be evaluated within the limits. `none`: the domain has none. `several`, `faulty`: an error for
   * everybody. `over`: more look-ups than allowed. `unknown`: DNS failed somewhere, and nothing is said.
   */
  kind: 'ok' | 'none' | 'several' | 'faulty' | 'over' | 'unknown';
  /** All records of the domain itself that call themselves SPF. */
  texts: string[];
  tree: SpfNode;
  /** All that is wrong, for people, each with the domain whose record it is. */
  faults: (SpfFault & { domain: string })[];
  /** What `all`, where one is reached in the record or where it redirects, says. */
  all?: Qualifier;
}

/** How far the walk goes beyond the limit, so that a person sees by how much it is exceeded. */
const MOST_WALKED = 60;

export interface CountOptions {
  /** Families of the addresses that mail leaves from: voids of the others do no harm. */
  families?: readonly (4 | 6)[];
}

/** Counts what a domain's record costs. Never rejects; asks DNS a few dozen times at most. */
export function countSpf(dns: SpfDns, domain: string, options: CountOptions = {}): Promise<SpfCount> {
  return new Walk(dns, domain, options.families ?? [4, 6]).run();
}

/**
 * The qualifier with which a record leads to the domain `name` by include or redirect, if an address that nothing before
 * it matches gets there; nothing where it does not. `+` alone makes what is authorised there authorised here.
 */
export function leadsTo(tree: SpfNode, name: string): Qualifier | undefined {
  let found: Qualifier | undefined;
  for (const term of tree.terms) {
    if (!term.reached || term.record === undefined) continue;
    const inner = term.record.domain === name ? '+' : leadsTo(term.record, name);
    // RFC 7208 5.2: an include matches only on a pass inside.
    if (inner === '+') return term.qualifier === '+' ? '+' : (found ?? term.qualifier);
    found ??= inner;
  }
  return found;
}

class Walk {
  readonly #dns: SpfDns;
  readonly #domain: string;
  readonly #families: readonly (4 | 6)[];
  #faults: SpfCount['faults'] = [];
  #texts: string[] = [];
  #first: PublishedSpf['kind'] = 'none';
  #walked = 0;
  #failed = false;

  constructor(dns: SpfDns, domain: string, families: readonly (4 | 6)[]) {
    this.#dns = dns;
    this.#domain = domain;
    this.#families = families;
  }

  async run(): Promise<SpfCount> {
    const tree = await this.#node(this.#domain, []);
    const { lookups, voids4, voids6 } = tree;
    const all = decidingAll(tree);
    const kind = this.#kind(tree);
    const count = { kind, lookups, voids4, voids6, tree, texts: this.#texts, faults: this.#faults };
    return all === undefined ? count : { ...count, all };
  }

  #kind({ lookups, voids4, voids6 }: SpfNode): SpfCount['kind'] {
    if (this.#first === 'several') return 'several';
    if (this.#first === 'none') return 'none';
    // A fault that was seen stays one, whatever DNS would have said to the rest.
    if (this.#faults.length > 0) return 'faulty';
    const voids = Math.max(this.#families.includes(4) ? voids4 : 0, this.#families.includes(6) ? voids6 : 0);
    if (lookups > MOST_LOOKUPS || voids > MOST_VOIDS) return 'over';
    return this.#failed ? 'unknown' : 'ok';
  }

  async #node(domain: string, above: readonly string[]): Promise<SpfNode> {
    const node: SpfNode = { domain, terms: [], lookups: 0, voids4: 0, voids6: 0 };
    const published: PublishedSpf = isSpfDomain(domain)
      ? await publishedSpf(this.#dns, domain)
      : { kind: 'none', void: false };
    this.#note(published, domain, above.length === 0);
    if (published.kind === 'none' && published.void) {
      node.voids4 = 1;
      node.voids6 = 1;
    }
    if (published.kind !== 'record') return node;
    node.text = published.text;
    await this.#terms(node, published.record, [...above, domain]);
    for (const { lookups, voids4, voids6 } of node.terms) {
      node.lookups += lookups;
      node.voids4 += voids4;
      node.voids6 += voids6;
    }
    return node;
  }

  async #terms(node: SpfNode, record: SpfRecord, above: readonly string[]): Promise<void> {
    let reached = true;
    for (const directive of record.directives) {
      node.terms.push(await this.#directive(directive, node.domain, { above, reached }));
      if (directive.mechanism.kind === 'all') reached = false;
    }
    if (record.redirect === undefined) return;
    const { text, domain } = record.redirect;
    const term: SpfTerm = { ...free(text, '+', 'redirect'), reached };
    if (reached) await this.#follow(term, domain, node.domain, above);
    node.terms.push(term);
  }

  async #directive(
    { text, qualifier, mechanism }: Directive,
    domain: string,
    { above, reached }: { above: readonly string[]; reached: boolean },
  ): Promise<SpfTerm> {
    const term: SpfTerm = { ...free(text, qualifier, mechanism.kind), reached };
    if (!reached || mechanism.kind === 'all' || mechanism.kind === 'ip4' || mechanism.kind === 'ip6') return term;
    if (mechanism.kind === 'include') {
      await this.#follow(term, mechanism.domain, domain, above);
      return term;
    }
    term.lookups = 1;
    // `all`, `ip4` and `ip6` are gone above.
    const target = await this.#target('domain' in mechanism ? mechanism.domain : undefined, domain);
    if (target === undefined || mechanism.kind === 'ptr') return term;
    term.target = target;
    if (this.#pastCeiling()) return term;
    if (mechanism.kind === 'mx') await this.#mx(term, target, domain);
    else if (mechanism.kind === 'exists') term.voids4 = term.voids6 = this.#empty(await this.#dns.a(target));
    else await this.#address(term, target);
    return term;
  }

  async #address(term: SpfTerm, target: string): Promise<void> {
    const [four, six] = await Promise.all([this.#dns.a(target), this.#dns.aaaa(target)]);
    term.voids4 = this.#families.includes(4) ? this.#empty(four) : 0;
    term.voids6 = this.#families.includes(6) ? this.#empty(six) : 0;
  }

  async #mx(term: SpfTerm, target: string, domain: string): Promise<void> {
    const answer = await this.#dns.mx(target);
    term.voids4 = term.voids6 = this.#empty(answer);
    if (answer.kind !== 'found' || answer.records.length <= MOST_NAMES) return;
    term.fault = `${target} has ${answer.records.length} MX hosts, and ${MOST_NAMES} are allowed`;
    this.#faults.push({ domain, term: term.text, fault: term.fault });
  }

  /** An include or a redirect: a look-up, and all that the record there costs. */
  async #follow(term: SpfTerm, parts: readonly MacroPart[], domain: string, above: readonly string[]): Promise<void> {
    term.lookups = 1;
    const target = await this.#target(parts, domain);
    if (target === undefined) return;
    term.target = target;
    if (above.includes(target)) {
      // Whoever evaluates it runs in a circle until the look-ups are used up.
      term.lookups = MOST_LOOKUPS + 1;
      term.fault = `${target} leads back to itself`;
      this.#faults.push({ domain, term: term.text, fault: term.fault });
      return;
    }
    if (this.#pastCeiling()) return;
    const before = this.#faults.length;
    term.record = await this.#node(target, above);
    term.lookups += term.record.lookups;
    term.voids4 = term.record.voids4;
    term.voids6 = term.record.voids6;
    if (this.#faults.length > before) term.fault = `the record of ${target} cannot be used`;
  }

  /** RFC 7208 5.2, 6.1: what is included or redirected to must have one record, and a right one. */
  #note(published: PublishedSpf, domain: string, first: boolean): void {
    if (first) this.#first = published.kind;
    switch (published.kind) {
      case 'temporary':
        this.#failed = true;
        break;
      case 'none':
        if (!first) this.#faults.push({ domain, term: domain, fault: 'it has no SPF record' });
        break;
      case 'several':
        if (first) this.#texts = published.texts;
        this.#faults.push({ domain, term: domain, fault: `it has ${published.texts.length} SPF records` });
        break;
      case 'faulty':
        if (first) this.#texts = [published.text];
        for (const fault of published.faults) this.#faults.push({ domain, ...fault });
        break;
      case 'record':
        if (first) this.#texts = [published.text];
        break;
      default:
        published satisfies never;
    }
  }

  #empty(answer: SpfAnswer<unknown>): 0 | 1 {
    if (answer.kind === 'temporary') this.#failed = true;
    return answer.kind === 'none' ? 1 : 0;
  }

  #pastCeiling(): boolean {
    this.#walked++;
    return this.#walked > MOST_WALKED;
  }

  /** The name, where it is the same for every sender. */
  async #target(parts: readonly MacroPart[] | undefined, domain: string): Promise<string | undefined> {
    if (parts === undefined) return domain;
    if (macroLetters(parts).some((letter) => letter !== 'd' && letter !== 'o')) return undefined;
    const values: MacroValues = { s: '', l: '', o: this.#domain, d: domain, i: '', h: '', v: '' };
    return fitName(await expandMacros(parts, values, async () => ''));
  }
}

function free(text: string, qualifier: Qualifier, kind: SpfTerm['kind']): SpfTerm {
  return { text, kind, qualifier, reached: true, lookups: 0, voids4: 0, voids6: 0 };
}

/** The `all` that decides at the end: of the record itself, or of the one it redirects to. */
function decidingAll(node: SpfNode): Qualifier | undefined {
  for (const term of node.terms) {
    if (!term.reached) continue;
    if (term.kind === 'all') return term.qualifier;
    if (term.kind === 'redirect' && term.record !== undefined) return decidingAll(term.record);
  }
  return undefined;
}
