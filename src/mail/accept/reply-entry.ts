// A row of the table of replies.

/** One reply of the SMTP server, with its source and what it means. */
export interface ReplyEntry {
  code: number;
  enhanced: string | undefined;
  text: string;
  rfc: string;
  when: string;
}

/** A row, on few lines. `rfc`: number and section. */
export function entry(
  code: number,
  enhanced: string | undefined,
  text: string,
  source: { rfc: string; when: string },
): ReplyEntry {
  return { code, enhanced, text, ...source };
}
