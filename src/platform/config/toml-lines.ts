// Where a key stands in a TOML file, so that a fault can name its line. smol-toml gives values without positions.

/** Line (from 1) of each key and table header, by dotted path; items of arrays of tables are numbered from 0. */
export function locateKeys(text: string): Map<string, number> {
  const lines = new Map<string, number>();
  const counts = new Map<string, number>();
  let table = '';
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    const array = /^\[\[\s*(.+?)\s*\]\]/.exec(line);
    const header = array ?? /^\[\s*(.+?)\s*\]/.exec(line);
    if (header?.[1] !== undefined && !line.includes('=')) {
      const name = placed(dotted(header[1]), counts);
      if (array === null) {
        table = name;
      } else {
        const position = counts.get(name) ?? 0;
        counts.set(name, position + 1);
        table = `${name}.${position}`;
        note(lines, name, index + 1);
      }
      note(lines, table, index + 1);
      continue;
    }
    const key = /^((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*=/.exec(line);
    if (key?.[1] !== undefined) note(lines, table === '' ? dotted(key[1]) : `${table}.${dotted(key[1])}`, index + 1);
  }
  return lines;
}

/** The path of a table within others: what is below an array of tables belongs to the last of them. */
function placed(name: string, counts: ReadonlyMap<string, number>): string {
  return name.split('.').reduce((path, part) => {
    const count = counts.get(path);
    return count === undefined ? `${path}.${part}` : `${path}.${count - 1}.${part}`;
  });
}

/** The line of a path, or of the nearest thing around it that has one. */
export function lineOf(lines: ReadonlyMap<string, number>, path: readonly PropertyKey[]): number | undefined {
  for (let length = path.length; length > 0; length--) {
    const line = lines.get(path.slice(0, length).map(String).join('.'));
    if (line !== undefined) return line;
  }
  return undefined;
}

/** What the parser says is wrong, in a line: without the place, which is told apart, and the picture of it. */
export function tomlFault(error: Error): string {
  const [first = ''] = error.message.split('\n');
  return first.replace(/^Invalid TOML document: /, '');
}

function note(lines: Map<string, number>, path: string, line: number): void {
  if (!lines.has(path)) lines.set(path, line);
}

function dotted(key: string): string {
  return key.replaceAll(/["']/g, '').replaceAll(/\s*\.\s*/g, '.');
}
