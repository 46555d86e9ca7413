// A change as lines: each value by its path, before and after.

export interface Line {
  path: string;
  before: string | undefined;
  after: string | undefined;
}

/** Values of an object by their path; what is no object is one value. */
function valuesByPath(value: unknown, path = ''): Map<string, string> {
  if (value === null || value === undefined) return new Map();
  if (typeof value !== 'object')
    return new Map([[path, typeof value === 'string' && value !== '' ? value : JSON.stringify(value)]]);
  const entries = Object.entries(value);
  if (entries.length === 0) return new Map([[path, Array.isArray(value) ? '[]' : '{}']]);
  const below = (name: string) => (path === '' ? name : `${path}.${name}`);
  return new Map(entries.flatMap(([name, one]) => [...valuesByPath(one, below(name))]));
}

/** Lines in the order of the values before, new ones last. */
export function differenceOf(before: unknown, after: unknown): Line[] {
  const [old, now] = [valuesByPath(before), valuesByPath(after)];
  const paths = new Set([...old.keys(), ...now.keys()]);
  return [...paths].map((path) => ({ path, before: old.get(path), after: now.get(path) }));
}
