// The little of Markdown that runbooks use: headings, paragraphs, lists, code, and links to other runbooks.

export interface Run {
  kind: 'text' | 'code' | 'strong';
  text: string;
  /** Name of the runbook that it leads to. */
  runbook?: string;
}

export type Block =
  | { kind: 'heading'; text: string }
  | { kind: 'text'; runs: Run[] }
  | { kind: 'list'; ordered: boolean; items: Run[][] }
  | { kind: 'code'; text: string };

const ITEM = /^(?:(\d+)\.|[-*])\s+/;

export function readMarkdown(text: string): Block[] {
  const blocks: Block[] = [];
  let lines: string[] = [];
  let fenced = false;
  const flush = () => {
    if (lines.length > 0) blocks.push(...blockOf(lines));
    lines = [];
  };
  for (const line of text.split('\n')) {
    if (line.startsWith('```')) {
      if (fenced) blocks.push({ kind: 'code', text: lines.join('\n') });
      else flush();
      if (fenced) lines = [];
      fenced = !fenced;
    } else if (fenced) {
      lines.push(line);
    } else if (line.trim() === '') {
      flush();
    } else if (/^#+\s/.test(line)) {
      flush();
      blocks.push({ kind: 'heading', text: line.replace(/^#+\s+/, '') });
    } else {
      // A list may follow its sentence at once.
      if (ITEM.test(line) && !ITEM.test(lines[0] ?? '')) flush();
      lines.push(line);
    }
  }
  flush();
  return blocks;
}

function blockOf(lines: readonly string[]): Block[] {
  const first = ITEM.exec(lines[0] ?? '');
  if (first === null) return [{ kind: 'text', runs: runsOf(lines.join(' ')) }];
  const items: string[] = [];
  for (const line of lines) {
    if (ITEM.test(line)) items.push(line.replace(ITEM, ''));
    else items.push(`${items.pop() ?? ''} ${line.trim()}`);
  }
  return [{ kind: 'list', ordered: first[1] !== undefined, items: items.map(runsOf) }];
}

const RUN = /`([^`]+)`|\*\*([^*]+)\*\*|\[([^\]]+)\]\(([^)]+)\)/g;

function runsOf(text: string): Run[] {
  const runs: Run[] = [];
  let at = 0;
  for (const found of text.matchAll(RUN)) {
    if (found.index > at) runs.push({ kind: 'text', text: text.slice(at, found.index) });
    const [whole, code, strong, link, target = ''] = found;
    if (code !== undefined) runs.push({ kind: 'code', text: code });
    else if (strong !== undefined) runs.push({ kind: 'strong', text: strong });
    else runs.push(linkRun(link ?? '', target));
    at = found.index + whole.length;
  }
  if (at < text.length) runs.push({ kind: 'text', text: text.slice(at) });
  return runs;
}

/** Other pages of the documentation are not part of the portal: their name stays. */
function linkRun(text: string, target: string): Run {
  const runbook = /^([a-z-]+)\.md$/.exec(target)?.[1];
  return { kind: 'text', text, ...(runbook !== undefined && runbook !== 'README' && { runbook }) };
}
