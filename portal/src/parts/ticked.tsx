// Texts of the relay that name keys and values between backticks.

import { Code } from '@mantine/core';

/** The text with what it names as code. */
export function Ticked({ text }: { text: string }) {
  // The odd parts stand between two backticks.
  return text.split('`').map((part, i) => (i % 2 === 0 ? part : <Code key={`${i} ${part}`}>{part}</Code>));
}
