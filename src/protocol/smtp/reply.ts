// RFC 5321 4.2: an SMTP reply as a value, and its bytes.

export interface Reply {
  code: number;
  /** RFC 3463 status such as `5.7.1`; put before the text of every line (RFC 2034). */
  enhanced?: string;
  /** One or more lines of text, without codes and line ends. */
  lines: readonly string[];
}

/**
 * The wire form of a reply, CRLF included. Whatever a text holds, it stays in its line: octets that RFC 5321 4.2.1 does
 * not allow in `textstring` become question marks.
 */
export function formatReply(reply: Reply): string {
  const status = reply.enhanced === undefined ? '' : `${reply.enhanced} `;
  const last = reply.lines.length - 1;
  let text = '';
  for (let i = 0; i <= last; i++) {
    text += `${reply.code}${i === last ? ' ' : '-'}${status}${printable(reply.lines[i] ?? '')}\r\n`;
  }
  return text;
}

const NOT_TEXT = /[^\t\x20-\x7e]/;
const ALL_NOT_TEXT = /[^\t\x20-\x7e]/g;

function printable(text: string): string {
  return NOT_TEXT.test(text) ? text.replace(ALL_NOT_TEXT, '?') : text;
}
