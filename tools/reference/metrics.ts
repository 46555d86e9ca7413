// docs/reference/metrics.md: every metric with its type, labels and help, read from where the code makes it.

import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');
/** Where a metric is made. Its name stands there in quotes. */
const MADE = /\.(counter|gauge|histogram)\(\s*'((?:easymail|process)_\w+)',\s*/g;
/** The help: strings with a plus between them. */
const STRING = /\s*'((?:[^'\\]|\\.)*)'\s*(\+?)/y;
const LABELS = /,\s*\[('[^\]]*)\]/y;

const HEAD = `# Metrics

Generated from the code by \`npm run reference\`; do not edit.

\`GET /metrics\` at \`http.address\`, in the text format of Prometheus, for whom \`http.metrics_from\` names. Counts are of all
threads together and begin anew with the process; a thread that was started again begins its part anew too. What to alarm on:
[Running it](../operating.md#what-to-watch).

| metric | type | labels | what it says |
| --- | --- | --- | --- |
`;

interface Metric {
  name: string;
  type: string;
  labels: string;
  help: string;
}

/** The page. Throws where a metric is made in a way that this does not read. */
export function metricsReference(): string {
  const files = globSync('src/**/*.ts', { cwd: ROOT }).filter((file) => !file.endsWith('.test.ts'));
  const metrics = files.flatMap((file) => metricsIn(readFileSync(resolve(ROOT, file), 'utf8'), file));
  const rows = metrics
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, type, labels, help }) => `| \`${name}\` | ${type} | ${labels} | ${help.replaceAll('|', '\\|')} |\n`);
  return HEAD + rows.join('');
}

function metricsIn(text: string, file: string): Metric[] {
  return [...text.matchAll(MADE)].map(({ 0: begin, 1: type = '', 2: name = '', index }) => {
    const { help, end } = readHelp(text, index + begin.length);
    if (help === '') throw new Error(`${file}: the help of ${name} is no string`);
    LABELS.lastIndex = end;
    const labels = LABELS.exec(text)?.[1] ?? '';
    return { name, type, help, labels: labels.replaceAll("'", '`') };
  });
}

function readHelp(text: string, from: number): { help: string; end: number } {
  let help = '';
  let end = from;
  for (;;) {
    STRING.lastIndex = end;
    const found = STRING.exec(text);
    if (found === null) return { help, end };
    help += (found[1] ?? '').replaceAll("\\'", "'");
    end = STRING.lastIndex;
    if (found[2] === '') return { help, end };
  }
}
