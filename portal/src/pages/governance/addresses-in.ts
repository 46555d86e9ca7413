// Addresses out of what people paste.

/** An address a line; what stands around it, as in a list from elsewhere, is left out. */
export function addressesIn(text: string): string[] {
  const found = text.split(/[\s,;]+/).map((word) => word.replace(/^["'<]+|["'>]+$/g, ''));
  return [...new Set(found.filter((word) => word.includes('@')))];
}
