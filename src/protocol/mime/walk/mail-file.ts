// Mail as a file: what mail programs make of one whose lines end in other ways, or whose text is wide.

/** More of one file is no mail. */
const MOST = 32 * 1024 * 1024;

/** Files that mail programs open as mail. */
export const MAIL_FILE = /\.(?:eml|emlx|mht|mhtml|mbox|mbx|nws)$/i;

/**
 * The octets as they stand, and as readers have them who take a bare CR for a line end, or a byte order mark for itself; and
 * each further mail of a mailbox file.
 */
export function mailFileReadings(octets: Buffer): Buffer[] {
  if (octets.length > MOST) return [octets];
  const narrow = narrowed(octets);
  const first = [...(narrow === octets ? [octets] : [octets, narrow]), ...furtherMails(octets)];
  if (!/\r(?!\n)/.test(narrow.toString('latin1'))) return first;
  return [...first, Buffer.from(narrow.toString('latin1').replaceAll(/\r*\n|\r/g, '\r\n'), 'latin1')];
}

/** RFC 4155: each begins behind an empty line, with a line of its sender and its date. */
function furtherMails(octets: Buffer): Buffer[] {
  if (octets.toString('latin1', 0, 5) !== 'From ') return [];
  const begins = [...octets.toString('latin1').matchAll(/\n\r?\n(?=From [^\r\n]{1,300}\r?\n>?[\w-]{1,70}:)/g)];
  return begins.map((match, index) =>
    octets.subarray(match.index + match[0].length, begins[index + 1]?.index ?? octets.length),
  );
}

function isLittle(octets: Buffer): boolean {
  return (octets[0] === 0xff && octets[1] === 0xfe) || (octets[0] !== 0 && octets[1] === 0 && octets[3] === 0);
}

function isBig(octets: Buffer): boolean {
  return (octets[0] === 0xfe && octets[1] === 0xff) || (octets[0] === 0 && octets[1] !== 0 && octets[2] === 0);
}

/** Whether text is written with two octets a letter, as a mark says or the first letters show. */
export function isWide(octets: Buffer): boolean {
  return octets.length >= 4 && (isLittle(octets) || isBig(octets));
}

function narrowed(octets: Buffer): Buffer {
  if (isWide(octets)) {
    const big = isBig(octets);
    const wide = Buffer.from(octets.subarray(0, octets.length - (octets.length % 2)));
    if (big) wide.swap16();
    return Buffer.from(wide.toString('utf16le').replace(/^\uFEFF/, ''), 'utf8');
  }
  return octets[0] === 0xef && octets[1] === 0xbb && octets[2] === 0xbf ? octets.subarray(3) : octets;
}
