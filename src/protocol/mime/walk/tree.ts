// What a walk over a whole message in memory finds (RFC 2045, RFC 2046): its parts with their place in the content, what
// can be read in two ways, and what lenient readers would see that the plain reading does not.

/** Octets from `start` up to `end`, `end` not included. */
export interface Span {
  start: number;
  end: number;
}

/** How a body was made fit for transport. `unknown` names none that readers agree upon. */
export type TransferEncoding = 'identity' | 'base64' | 'quoted-printable' | 'uuencode' | 'unknown';

/** A part in the plain reading: the one of RFC 2045 and RFC 2046, with the leniency that all readers share. */
export interface WalkedPart {
  /** Its place in `MimeTree.parts`; 0 is the message itself. */
  number: number;
  /** Number of the multipart or message around it; the message itself has none. */
  parent: number | undefined;
  /** For people, as IMAP counts (`1.2`; RFC 9051 6.4.5.1); empty for the message itself. */
  path: string;
  depth: number;
  /** The octets its places count in: the content, or the decoded body of the part `nestedIn`. */
  source: Uint8Array;
  /** Number of the encoded part that it stands in. Absent: it stands in the content itself and can be removed. */
  nestedIn: number | undefined;
  /** The fields, without the empty line behind them. */
  header: Span;
  /** Without the line end that belongs to the delimiter behind it (RFC 2046 5.1.1). */
  body: Span;
  kind: 'leaf' | 'multipart' | 'message';
  /** Lower case; what holds where nothing is said (RFC 2045 5.2, RFC 2046 5.1.5). */
  type: string;
  /** By lower-case name: the first of a name, sections joined and percent octets decoded (RFC 2231). */
  parameters: ReadonlyMap<string, string>;
  /** Lower case; empty where nothing was said. */
  disposition: string;
  encoding: TransferEncoding;
  /** Every reading of its file name, each once; empty where it has none. */
  names: readonly string[];
}

/** What can be read in two ways. Each kind is explained in docs/mime.md. */
export type FaultKind = keyof typeof FAULTS;

/** Kinds of fault with what they mean, for people. */
export const FAULTS = {
  'header-end': 'where the header of a part ends can be read in two ways',
  'header-field': 'a field that decides how the part is read is malformed',
  'repeated-field': 'a field that may stand once stands twice and says different things',
  'content-type': 'the declared type can be read in two ways',
  parameter: 'a parameter of the declared type or disposition can be read in two ways',
  boundary: 'the boundary can be read in two ways, is missing or is not in the body',
  delimiter: 'a line can be read as a delimiter of parts, or not',
  'after-end': 'parts follow behind the end of the multipart',
  encoding: 'the transfer encoding can be read in two ways',
  base64: 'a base64 body decodes to different content in different readers',
  'quoted-printable': 'a quoted-printable body decodes to different content in different readers',
  'encoded-container': 'a part that holds parts is itself encoded',
  'file-name': 'the file name can be read in two ways',
  partial: 'the message is one piece of several that are put together by the reader',
  external: 'the content of a part is elsewhere',
  'line-end': 'lines end in more than one way',
  limit: 'the message has more or deeper parts than the limits allow',
} as const;

export interface MimeFault {
  kind: FaultKind;
  /** Path of the part, and the field if one is meant; short, no content of the message. */
  where: string;
}

/**
 * Content that some reader would unpack and the plain reading does not show; and of mail that is not made as mailers make
 * it, the content of every part, since another scanner may not have found it.
 */
export interface HiddenLeaf {
  /** Every reading of its file name, each once; empty where it has none. */
  names: readonly string[];
  /** As declared, lower case; empty where nothing was. */
  type: string;
  /** Decoded. May share memory with the message. */
  bytes: Uint8Array;
  /** Number of the part in whose octets it was found: what has to be removed to be rid of it. */
  part: number;
  /** Which reading finds it, in a word or two. */
  reading: string;
}

/** Bounds of a walk; past one the tree has `limit` and the fault of that name, and the rest is not looked at. */
export interface WalkLimits {
  /** Parts of the plain reading. */
  parts: number;
  /** Of parts in parts. */
  depth: number;
  /** Leaves of other readings. */
  readings: number;
  /** Octets decoded for other readings, in all. */
  decoded: number;
}

export interface MimeTree {
  content: Uint8Array;
  /** In the order of their headers; the first is the message itself. */
  parts: readonly WalkedPart[];
  /** Each kind once for a place. */
  faults: readonly MimeFault[];
  hidden: readonly HiddenLeaf[];
  /** The limit that was reached. */
  limit?: keyof WalkLimits;
}
