// docs/reference/rfcs.md: which standards the code follows, how far, and where it says so. A standard that the code cites
// and this table lacks is drift, and so is one that nothing cites any longer.

import { globSync, readFileSync } from 'node:fs';

type Extent = 'yes' | 'partial' | 'no';

const STANDARDS: Readonly<Record<number, [title: string, extent: Extent, remark?: string]>> = {
  1034: ['Domain names: concepts', 'partial', 'stub resolver'],
  1035: ['Domain names: implementation', 'partial', 'stub resolver'],
  1428: ['From 8-bit to 7-bit mail', 'partial', 'labels for text of unknown letters'],
  1740: ['AppleSingle and AppleDouble in mail', 'partial', 'read: the file inside'],
  1741: ['BinHex in mail', 'partial', 'read: files that some mail programs unpack'],
  1847: ['multipart/signed and multipart/encrypted', 'partial', 'known, so that they are never converted'],
  1870: ['SMTP SIZE', 'yes'],
  1912: ['Common DNS errors', 'partial', 'names of sources, both ways'],
  1928: ['SOCKS 5', 'partial', 'client, without a login: a view from elsewhere'],
  1950: ['zlib', 'partial', 'read: streams as attachments'],
  1952: ['gzip', 'partial', 'read: archives in attachments'],
  2034: ['SMTP ENHANCEDSTATUSCODES', 'yes'],
  1924: ['Base85 of addresses', 'partial', 'its letters are read in files spelled out as text'],
  2045: ['MIME part one', 'partial', 'read strictly and as lenient readers do; written as notices need'],
  2046: ['MIME part two', 'partial', 'multiparts and messages, as far as notices and conversion need them'],
  2047: ['MIME encoded words', 'yes'],
  2049: ['MIME part five', 'partial'],
  2152: ['UTF-7', 'partial', 'read, in file names'],
  2231: ['MIME parameters', 'partial', 'read'],
  2142: ['Mailbox names for common services', 'partial', 'postmaster and abuse of our names'],
  2308: ['Negative caching of DNS', 'yes'],
  2397: ['data: URLs', 'partial', 'read: files within HTML'],
  2426: ['vCard', 'partial', 'files within it are read'],
  2606: ['Reserved domain names', 'partial', 'marks of erased addresses'],
  2920: ['SMTP PIPELINING', 'yes'],
  3030: [
    'SMTP CHUNKING and BINARYMIME',
    'partial',
    'BDAT taken; BINARYMIME not offered, and refused with `noBinaryMime` (replies.md says why)',
  ],
  3056: ['6to4', 'partial', 'embedded addresses are recognised'],
  3274: ['Compressed data in CMS', 'partial', 'unpacked'],
  3207: ['SMTP STARTTLS', 'yes'],
  3454: ['Stringprep', 'partial', 'for SASLprep'],
  3461: ['SMTP DSN', 'yes'],
  3463: ['Enhanced status codes', 'yes'],
  3464: ['Delivery status notifications', 'yes'],
  3596: ['AAAA records', 'yes'],
  3629: ['UTF-8', 'partial', 'longer forms are read, in file names'],
  3834: ['Automatic responses', 'yes', 'notices say that they are automatic'],
  3848: ['ESMTP and LMTP transmission types', 'yes'],
  3886: ['Message tracking status', 'partial', 'its status 2.1.9 for what was relayed'],
  4013: ['SASLprep', 'yes'],
  3986: ['URIs', 'partial', 'escapes in SPF macros'],
  4035: ['DNSSEC protocol', 'partial', 'the AD bit of a trusted resolver'],
  4155: ['mbox', 'partial', 'read: each mail of a mailbox file'],
  4180: ['CSV', 'partial', 'read, with what spreadsheets make of it'],
  4226: ['HOTP', 'partial', 'as the ground of TOTP'],
  4291: ['IPv6 addressing', 'yes'],
  4616: ['SASL PLAIN', 'yes'],
  4632: ['CIDR', 'yes'],
  4648: ['Base encodings', 'yes'],
  4954: ['SMTP AUTH', 'yes'],
  5077: ['TLS session tickets', 'yes'],
  5083: ['Authenticated and enveloped data in CMS', 'partial', 'known as encrypted'],
  5652: ['CMS', 'partial', 'content that is not encrypted is read'],
  9580: ['OpenPGP', 'partial', 'messages that are not encrypted are read'],
  5248: ['Registry of enhanced codes', 'yes'],
  5297: ['AES-SIV', 'partial', 'the idea of an IV made of the text'],
  5321: ['SMTP', 'yes'],
  5322: ['Internet message format', 'partial', 'the header, as far as decisions need it'],
  5452: ['DNS resilience against forged answers', 'yes'],
  5545: ['iCalendar', 'partial', 'files within it are read'],
  5646: ['Language tags', 'partial', 'the language of notices'],
  5782: ['DNS blocklists', 'yes', 'asked for strangers; test entries looked at'],
  5802: ['SCRAM', 'partial', 'without channel binding'],
  5803: ['SCRAM keys at rest', 'yes'],
  5890: ['Internationalized domain names', 'yes'],
  5891: ['Internationalized names: protocol', 'partial'],
  5892: ['Code points of internationalized names', 'partial'],
  5952: ['IPv6 address text', 'yes'],
  5965: ['Abuse reporting format', 'yes', 'read'],
  6008: ['Several DKIM results of one domain', 'yes'],
  6052: ['IPv4-embedded IPv6 addresses', 'partial', 'embedded addresses are recognised'],
  6066: ['TLS extensions', 'partial', 'server name'],
  6125: ['Names in certificates', 'partial', 'of clients: `DNS` names without wildcards'],
  6152: ['SMTP 8BITMIME', 'yes'],
  6238: ['TOTP', 'yes', 'SHA-1, six digits, 30 seconds: what apps can do'],
  6376: ['DKIM', 'yes'],
  6522: ['multipart/report', 'yes'],
  6531: ['SMTPUTF8', 'yes'],
  6532: ['Internationalized headers', 'partial'],
  6533: ['Internationalized delivery status', 'yes'],
  6585: ['Further HTTP status codes', 'partial', '428 and 429'],
  6591: ['Authentication failure reports', 'partial', 'read'],
  6604: ['xNAME RCODE and status bits', 'yes'],
  6647: ['Email greylisting', 'yes', 'by setting, for hosts whose mail was never taken'],
  6724: ['Address selection for IPv6', 'partial'],
  6761: ['Special-use domain names', 'partial'],
  6797: ['HTTP Strict Transport Security', 'yes', 'for the API and the portal, where `http.url` is https'],
  6762: ['Multicast DNS', 'no', 'its names are known as internal'],
  6840: ['DNSSEC clarifications', 'partial'],
  6890: ['Special-purpose addresses', 'yes'],
  6891: ['EDNS', 'partial', 'payload size 1232'],
  7103: ['Safe handling of malformed messages', 'partial', 'what is ambiguous is read in all ways or refused'],
  7208: [
    'SPF',
    'partial',
    'mail is checked, records of customers and our include are counted; explanations are not fetched',
  ],
  7293: ['Require-Recipient-Valid-Since', 'no', 'its codes are known'],
  7372: ['Enhanced codes of authentication', 'yes'],
  7435: ['Opportunistic security', 'yes'],
  7489: ['DMARC, first edition', 'partial', 'its tags are passed over'],
  7504: ['SMTP 521 and 556', 'yes'],
  7505: ['Null MX', 'yes'],
  7672: ['SMTP with DANE', 'no', 'has its place in the route stage'],
  7677: ['SCRAM-SHA-256', 'yes'],
  7766: ['DNS over TCP', 'partial'],
  8020: ['NXDOMAIN: nothing below', 'yes'],
  8032: ['Ed25519', 'yes', 'by Node’s OpenSSL'],
  8058: ['One-click unsubscribe', 'partial', 'its fields are signed'],
  8301: ['DKIM algorithms', 'yes'],
  8375: ['home.arpa', 'no', 'its names are known as internal'],
  8410: ['Ed25519 keys in PKIX', 'yes', 'by Node’s OpenSSL'],
  8446: ['TLS 1.3', 'yes', 'by Node’s OpenSSL'],
  8461: ['MTA-STS', 'no', 'has its place in the route stage'],
  8463: ['DKIM with Ed25519', 'yes'],
  8551: ['S/MIME 4.0 messages', 'partial', 'packed signed data is unpacked; signatures are not checked'],
  8601: ['Authentication-Results', 'yes'],
  8617: ['ARC', 'yes', 'nothing is sealed on top of a chain that does not hold'],
  8689: ['REQUIRETLS', 'no', 'has its place in the route stage'],
  8785: ['JSON Canonicalization Scheme', 'partial', 'for signed certificates; whole numbers alone'],
  9051: ['IMAP4rev2', 'partial', 'numbers of parts'],
  9053: ['COSE algorithms', 'partial', 'public keys of passkeys'],
  9106: ['Argon2', 'partial', 'argon2id for passwords of people'],
  9110: ['HTTP semantics', 'partial', 'ETags and conditions, Retry-After'],
  9112: ['HTTP/1.1', 'partial', 'as a client of the spam scanner'],
  9422: ['SMTP LIMITS', 'yes'],
  9457: ['Problem details for HTTP', 'yes'],
  9989: ['DMARC', 'partial', 'no reports are sent yet'],
};

/** The page as Markdown. Throws where code and table differ. */
export function rfcReference(): string {
  const places = citations();
  const missing = [...places.keys()].filter((number) => STANDARDS[number] === undefined);
  const unused = Object.keys(STANDARDS)
    .map(Number)
    .filter((number) => !places.has(number));
  if (missing.length > 0)
    throw new Error(`tools/reference/rfcs.ts lacks RFC ${missing.join(', ')}, which the code cites`);
  if (unused.length > 0) throw new Error(`tools/reference/rfcs.ts has RFC ${unused.join(', ')}, which no code cites`);
  const rows = Object.entries(STANDARDS).map(([number, [title, extent, remark]]) => {
    const folders = [...(places.get(Number(number)) ?? [])].toSorted().map((folder) => `\`${folder}\``);
    return `| [${number}](https://www.rfc-editor.org/rfc/rfc${number}) | ${title} | ${extent} | ${remark ?? ''} | ${folders.join(' ')} |`;
  });
  return [
    '# Standards',
    '',
    'Which standards the code follows, how far (yes, partial, no), and the folders whose code cites them.',
    '',
    '<!-- Generated from the citations in src by `npm run reference`; the table is in tools/reference/rfcs.ts. -->',
    '',
    '| RFC | about | followed | | where |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

/** Folders below src by the number they cite. */
function citations(): Map<number, Set<string>> {
  const places = new Map<number, Set<string>>();
  for (const file of globSync('src/**/*.ts')) {
    if (file.endsWith('.test.ts')) continue;
    for (const [, number] of readFileSync(file, 'utf8').matchAll(/(?:RFC |rfc: ')(\d{3,4})/g)) {
      const folder = file.split('/').slice(1, -1).slice(0, 2).join('/');
      const known = places.get(Number(number)) ?? new Set();
      places.set(Number(number), known.add(folder));
    }
  }
  return places;
}
