// A guide as Markdown (CommonMark), for people who read it in a file or a mail.

import type { Block, Guide } from './guide.ts';
import { markdownText } from './quote.ts';

const INFO = { text: '', shell: 'sh', powershell: 'powershell' } as const satisfies Record<Block['syntax'], string>;

/** The whole guide. */
export function guideAsMarkdown({ title, intro, sections }: Guide): string {
  const parts = [`# ${markdownText(title)}`, markdownText(intro)];
  for (const { heading, steps } of sections) {
    parts.push(`## ${markdownText(heading)}`);
    for (const { text, block } of steps) {
      parts.push(markdownText(text));
      if (block !== undefined) parts.push(fenced(block));
    }
  }
  return `${parts.join('\n\n')}\n`;
}

/** CommonMark 4.5: a fence ends at one as long as it, so ours is longer than any in the text. */
function fenced({ syntax, content }: Block): string {
  const longest = Math.max(2, ...[...content.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${INFO[syntax]}\n${content}${fence}`;
}
