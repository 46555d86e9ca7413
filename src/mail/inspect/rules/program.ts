// A pattern as instructions for its automaton (Thompson's construction), for one reading direction.

import { type Assertion, type Node, PatternError, type Units } from './pattern-syntax.ts';

/** More is refused when the pattern is written: it bounds the dearest step. */
export const MOST_INSTRUCTIONS = 400;

export const MATCH = 0;
export const UNITS = 1;
export const SPLIT = 2;
export const ASSERT = 3;

/** What an assertion asks, as a number in `detail`. */
export const ASSERTIONS: readonly Assertion[] = ['line-start', 'line-end', 'edge', 'no-edge'];

/** One column a property, one row an instruction. */
export interface Program {
  start: number;
  op: readonly number[];
  /** Where it goes on. */
  next: readonly number[];
  /** Of `UNITS` the number of the set, of `SPLIT` the other way, of `ASSERT` what it asks. */
  detail: readonly number[];
}

/** The different sets of characters of a pattern, in the order in which `compileProgram` numbers them. */
export function setsOf(node: Node, found: Set<Units> = new Set()): Set<Units> {
  if (node.is === 'units') found.add(node.units);
  else if (node.is === 'repeat') setsOf(node.of, found);
  else if (node.is !== 'assert') for (const one of node.of) setsOf(one, found);
  return found;
}

/**
 * Compiles a pattern.
 * @throws {PatternError} It is too large.
 */
export function compileProgram(node: Node, sets: ReadonlySet<Units>, reversed: boolean): Program {
  const compiler = new Compiler(new Map([...sets].map((set, number) => [set, number])), reversed);
  const end = compiler.add(MATCH, 0, 0);
  const start = compiler.compile(node, end);
  return { start, op: compiler.op, next: compiler.next, detail: compiler.detail };
}

class Compiler {
  readonly op: number[] = [];
  readonly next: number[] = [];
  readonly detail: number[] = [];
  readonly #sets: ReadonlyMap<Units, number>;
  readonly #reversed: boolean;

  constructor(sets: ReadonlyMap<Units, number>, reversed: boolean) {
    this.#sets = sets;
    this.#reversed = reversed;
  }

  add(op: number, next: number, detail: number): number {
    if (this.op.length >= MOST_INSTRUCTIONS)
      throw new PatternError('the pattern is too large: fewer or shorter repeats', 0);
    this.next.push(next);
    this.detail.push(detail);
    return this.op.push(op) - 1;
  }

  /** Backwards: what follows is known when a node is compiled. */
  compile(node: Node, next: number): number {
    switch (node.is) {
      case 'units':
        return this.add(UNITS, next, this.#sets.get(node.units) ?? 0);
      case 'assert':
        return this.add(ASSERT, next, ASSERTIONS.indexOf(this.#reversed ? mirrored(node.what) : node.what));
      case 'all':
        return (this.#reversed ? node.of : node.of.toReversed()).reduce((at, one) => this.compile(one, at), next);
      case 'any': {
        const [first, ...rest] = node.of.map((one) => this.compile(one, next));
        return rest.reduce((at, other) => this.add(SPLIT, at, other), first ?? next);
      }
      case 'repeat':
        return this.#repeat(node, next);
      default:
        return node satisfies never;
    }
  }

  #repeat(node: Node & { is: 'repeat' }, next: number): number {
    let at = next;
    if (node.most === Number.POSITIVE_INFINITY) {
      at = this.add(SPLIT, 0, next);
      this.next[at] = this.compile(node.of, at);
    } else for (let more = node.least; more < node.most; more++) at = this.add(SPLIT, this.compile(node.of, at), next);
    for (let count = 0; count < node.least; count++) at = this.compile(node.of, at);
    return at;
  }
}

function mirrored(what: Assertion): Assertion {
  if (what === 'line-start') return 'line-end';
  return what === 'line-end' ? 'line-start' : what;
}
