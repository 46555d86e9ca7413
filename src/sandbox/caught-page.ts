// The plain page of the sandbox: what was caught, and each message as text. No script, nothing remote.

import type { CaughtMail, CaughtMessage } from './caught-mail.ts';

export interface Page {
  status: number;
  headers: Record<string, string>;
  body: string | Buffer;
}

const HEADERS = {
  'content-security-policy': "default-src 'none'; style-src 'self'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 64rem; margin: 0 auto; padding: 1.5rem; }
h1 { font-size: 1.5rem; margin-bottom: 0; }
table { border-collapse: collapse; width: 100%; margin-top: 1.5rem; }
th, td { text-align: left; padding: .4rem .75rem .4rem 0; border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); vertical-align: top; overflow-wrap: anywhere; }
th { font-weight: 600; }
pre { overflow-x: auto; padding: 1rem; border: 1px solid color-mix(in srgb, currentColor 20%, transparent); border-radius: .5rem; }
code, pre { font-family: ui-monospace, monospace; font-size: .875rem; }
@media (max-width: 40rem) { .optional { display: none; } }
`;

/** Answers a GET for the sandbox's pages, or nothing where the path is none of them. */
export async function caughtPage(path: string, mail: CaughtMail, firstMessage: string): Promise<Page | undefined> {
  if (path === '/') return html(200, 'Caught mail', listOf(await mail.list(), firstMessage));
  if (path === '/sandbox.css') return { status: 200, headers: { ...HEADERS, 'content-type': 'text/css' }, body: STYLE };
  const [, name, kind] = /^\/messages\/([\d-]+)(\.eml)?$/.exec(path) ?? [];
  if (name === undefined) return undefined;
  const source = await mail.source(name);
  if (source === undefined)
    return html(404, 'Not found', '<p>This message is no longer kept. <a href="/">All messages</a></p>');
  if (kind === undefined) return html(200, 'Caught message', messageOf(name, source));
  return { status: 200, headers: { ...HEADERS, 'content-type': 'message/rfc822' }, body: source };
}

function listOf(messages: CaughtMessage[], firstMessage: string): string {
  const intro = `<p>This sandbox plays the Internet: whatever the relay delivers ends here, and nothing leaves this machine.</p>`;
  if (messages.length === 0) {
    return `${intro}<p>Nothing caught yet. Send a first message:</p><pre>${escape(firstMessage)}</pre>`;
  }
  const rows = messages.map(
    (message) =>
      `<tr><td><time>${escape(message.at.slice(0, 19).replace('T', ' '))}</time></td><td>${escape(message.from === '' ? '<>' : message.from)}</td>` +
      `<td>${message.to.map(escape).join('<br>')}</td><td><a href="/messages/${escape(message.name)}">${escape(message.subject === '' ? '(no subject)' : message.subject)}</a></td>` +
      `<td class="optional">${message.size}</td></tr>`,
  );
  return `${intro}<table><thead><tr><th>Time (UTC)</th><th>From</th><th>To</th><th>Subject</th><th class="optional">Octets</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function messageOf(name: string, source: Buffer): string {
  return `<p><a href="/">All messages</a> · <a href="/messages/${name}.eml">Download</a></p><pre>${escape(source.toString('utf8'))}</pre>`;
}

function html(status: number, title: string, body: string): Page {
  const page = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title} · Easymail sandbox</title><link rel="stylesheet" href="/sandbox.css"></head><body><h1>${title}</h1>${body}</body></html>`;
  return { status, headers: { ...HEADERS, 'content-type': 'text/html; charset=utf-8' }, body: page };
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
