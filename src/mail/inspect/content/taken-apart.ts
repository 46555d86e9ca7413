// What a message holds, once it was taken apart in a process of its own: plain facts, bounded in number and size.

/** A part of the message, of an archive in it, or of a document in it. */
export interface ContentPart {
  /** Where it is: `2`, `1.3`, and inside of containers `2 > invoice.zip > invoice.exe`. For people and the trace. */
  path: string;
  /** Number of the MIME part (as in `MimeTree`) that it is, or is inside of: what can be removed. */
  mimePart: number;
  /** 0: a MIME part itself; 1: in an archive; and so on. */
  depth: number;
  /** File names, every reading of each; empty where there is none. */
  names: readonly string[];
  /** Media type as declared, in lower case. */
  declaredType: string;
  /** Media type by its content; `application/octet-stream` where unknown. */
  type: string;
  /** Octets when unpacked. */
  size: number;
  traits: readonly PartTrait[];
  /** Decoded text in Unicode, of parts that people read; cut at the limit. */
  text?: string;
  links?: readonly Link[];
}

/** What is remarkable about a part. */
export const PART_TRAITS = [
  /** Can be started: PE, ELF, Mach-O, MSI, JAR, APK, shortcut. */
  'executable',
  /** Is run by an interpreter: JavaScript, VBScript, PowerShell, batch, HTA, SVG or HTML with script. */
  'script',
  /** An office document with macros. */
  'macro',
  /** With macros that start by themselves. */
  'macro-autorun',
  /** Excel 4 macro sheets. */
  'macro-xlm',
  /** Loads a template or an object from elsewhere. */
  'remote-template',
  /** A document with a field or an action that starts a program: DDE, PDF Launch. */
  'starts-program',
  /** A document with a file or a control inside: OLE package, ActiveX, PDF attachment. */
  'embedded-object',
  'archive',
  'disk-image',
  /** Cannot be looked into without a password. */
  'encrypted',
  /** Unpacks to more than the limits allow. */
  'bomb',
  /** Nested deeper than the limits allow. */
  'too-deep',
  /** Of a kind that is only listed here: virus scanners look into it. */
  'unreadable',
  /** Of a kind that is known, and still nobody can look into it: broken, cut, or packed in a way that is not known. */
  'unopened',
  /** A name that leads out of the folder it is unpacked to, or a link. */
  'path-trick',
  /** Content, name and declared type do not agree. */
  'type-mismatch',
  /** Two extensions, spaces before the last one, right-to-left override and the like. */
  'name-trick',
] as const;

export type PartTrait = (typeof PART_TRAITS)[number];

export interface Link {
  /** Lower-case A-labels. */
  host: string;
  url: string;
  /** Host that its text shows, where that is another. */
  shown?: string;
}

/** Why the message can be read in two ways, or not at all. `where` is a part or a field. */
export interface ContentFault {
  kind: string;
  where: string;
}

export interface TakenApart {
  parts: readonly ContentPart[];
  faults: readonly ContentFault[];
  /** Content as a lenient reader would unpack it, which a scanner of the whole message may miss: to be scanned too. */
  hidden: readonly { path: string; bytes: Uint8Array }[];
  /** A limit was reached; what it is. The rest was not looked at. Text that is cut is none. */
  limit?: string;
}

/** Bounds of the work; past them the message counts as unreadable, never as clean. */
export interface ContentLimits {
  /** MIME parts, and entries of archives, in all. */
  parts: number;
  /** Depth of MIME nesting. */
  mimeDepth: number;
  /** Depth of archives in archives. */
  archiveDepth: number;
  /** Octets unpacked, in all. */
  unpacked: number;
  /** Octets unpacked for each octet packed, once past a megabyte. */
  ratio: number;
  /** Characters of text that are looked through. */
  text: number;
  /** Milliseconds of the processor. */
  time: number;
  /** Whether the virus scanner unpacks RAR; else what is packed in it is seen by nobody. */
  scannerReadsRar?: boolean;
}
