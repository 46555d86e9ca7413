// What is shown of a held message: nothing in it acts, and nothing in it is fetched from anywhere.

/** A message as people may see it. */
export interface MessagePreview {
  /** Fields in their order, decoded, as text; long ones cut off. */
  headers: { name: string; value: string }[];
  subject: string;
  from: string;
  to: string;
  date: string;
  /** The text, or what can be read of the HTML. */
  text: string;
  /** HTML of a few elements without attributes, balanced, every text escaped; empty where the message has none. */
  html: string;
  /** What else is in it, by the names it gives itself. */
  parts: { name: string; type: string; size: number }[];
  /** Something was too long and is cut off. */
  truncated: boolean;
  /** What was left out of the HTML. */
  left_out: { scripts: number; images: number; links: number; forms: number };
}
