// docs/reference/replies.md: every reply of the SMTP server, from the table that it answers with.

import { listReplies } from '../../src/mail/accept/replies.ts';

const HEAD = `# Replies

Generated from src/mail/accept/replies.ts by \`npm run reference\`; do not edit.

Every reply of the SMTP server. The name is what the trace, the logs and the metric \`easymail_smtp_refused_total\` call
it. Words in capitals stand for what differs from reply to reply.

| name | reply | said when | source |
| --- | --- | --- | --- |
`;

/** The page. */
export function repliesReference(): string {
  const rows = listReplies().map(({ name, code, enhanced, text, when, rfc }) => {
    const reply = [String(code), enhanced, text].filter((part) => part !== '').join(' ');
    const source = rfc.replace(/^(\d+) (.*)$/, '[RFC $1, $2](https://www.rfc-editor.org/rfc/rfc$1)');
    return `| ${name} | \`${reply.replaceAll('|', '\\|')}\` | ${when} | ${source} |\n`;
  });
  return HEAD + rows.join('');
}
