// Whether a text may be an e-mail address: enough to catch what was mistyped; the API knows the rest.

export function isAddress(text: string): boolean {
  return /^[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+$/.test(text.trim());
}
