import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readMarkdown } from '../../portal/src/pages/service/health/markdown.ts';

test('headings, paragraphs, lists, code and links to other runbooks', () => {
  const blocks = readMarkdown(`## How to check
Two lines
of text with \`code\`, **weight** and [disk](disk.md), [docs](../api.md):
1. first
   goes on
2. second

- one

\`\`\`
easymail queue
\`\`\``);
  assert.deepEqual(blocks, [
    { kind: 'heading', text: 'How to check' },
    {
      kind: 'text',
      runs: [
        { kind: 'text', text: 'Two lines of text with ' },
        { kind: 'code', text: 'code' },
        { kind: 'text', text: ', ' },
        { kind: 'strong', text: 'weight' },
        { kind: 'text', text: ' and ' },
        { kind: 'text', text: 'disk', runbook: 'disk' },
        { kind: 'text', text: ', ' },
        { kind: 'text', text: 'docs' },
        { kind: 'text', text: ':' },
      ],
    },
    {
      kind: 'list',
      ordered: true,
      items: [[{ kind: 'text', text: 'first goes on' }], [{ kind: 'text', text: 'second' }]],
    },
    { kind: 'list', ordered: false, items: [[{ kind: 'text', text: 'one' }]] },
    { kind: 'code', text: 'easymail queue' },
  ]);
});
