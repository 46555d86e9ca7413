// Content with its names: what is looked at by scanners and rules, wherever it came from.

export interface ContentLeaf {
  /** Every reading of its file name, each once; empty where it has none. */
  names: readonly string[];
  /** As declared, lower case; empty where nothing was. */
  type: string;
  /** Decoded. May share memory with the message. */
  bytes: Uint8Array;
}
