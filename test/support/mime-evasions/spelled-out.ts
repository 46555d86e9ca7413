// A file written out in text as numbers, letters or marks that only a person, a script or an old program puts together.

import { B64, base64, build, EICAR, HEAD, mixed, PAYLOAD, type Table, TEXT } from './mail.ts';
import { uuencode } from './old-encodings.ts';

const NAMED = 'Content-Type: application/octet-stream; name=report.bin\r\n';
const DATA = PAYLOAD.toString('base64');
const turned = (text: string) => Array.from(text).toReversed().join('');
const rows = (text: string, length: number, form: (row: string, index: number) => string) =>
  (text.match(new RegExp(`.{1,${length}}`, 'gs')) ?? []).map(form).join('\r\n');
const numbers = (form: (octet: number) => string, between: string) => Array.from(PAYLOAD, form).join(between);
const hex = (octet: number) => octet.toString(16).padStart(2, '0');

const XX = '+-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const UU = uuencode('report.bin', PAYLOAD);

/** The lines of uuencode in the letters of xxencode. */
function xx(): string {
  const letters = (line: string) => Array.from(line, (letter) => XX[(letter.charCodeAt(0) - 32) & 63]).join('');
  return UU.split('\r\n')
    .map((line) => (/^(?:begin|end)|^$/.test(line) ? line : letters(line)))
    .join('\r\n');
}

function base32(octets: Buffer): string {
  const bits = Array.from(octets, (octet) => octet.toString(2).padStart(8, '0')).join('');
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  return (bits.match(/.{1,5}/g) ?? []).map((five) => letters[Number.parseInt(five.padEnd(5, '0'), 2)]).join('');
}

function base85(octets: Buffer, alphabet: string): string {
  let text = '';
  for (let at = 0; at < octets.length; at += 4) {
    let number = 0;
    for (let index = at; index < at + 4; index++) number = number * 256 + (octets[index] ?? 0);
    let five = '';
    for (let index = 0; index < 5; index++, number = Math.floor(number / 85)) five = alphabet[number % 85] + five;
    text += five;
  }
  return text;
}

const ADOBE = Array.from({ length: 85 }, (_, value) => String.fromCharCode(value + 33)).join('');
const RFC1924 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~';

function texts(): Table {
  const rotated = DATA.replaceAll(/[a-z]/gi, (letter) => {
    const first = letter < 'a' ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - first + 13) % 26) + first);
  });
  return {
    'base64 behind line numbers': rows(DATA, 60, (row, index) => `${index + 1}  ${row}`),
    'base64 in brackets': rows(DATA, 60, (row) => `[${row}]`),
    'base64 behind a time': rows(DATA, 60, (row) => `12:30 <ann> ${row}`),
    'base64 in pieces of a program': rows(DATA, 30, (row) => `text += "${row}";`),
    'base64 as a value': JSON.stringify({ kind: 'file', data: DATA }),
    'base64 of a directory': `jpegPhoto:: ${rows(DATA, 60, (row) => ` ${row}`)}`,
    'base64 in an element': `<?xml version="1.0"?><a><data>${DATA}</data></a>`,
    'base64 with a character too much': `A${DATA}`,
    'base64 turned around': turned(DATA),
    'base64 rotated': rotated,
    'base64 with capitals for small letters': DATA.replaceAll(/[a-z]/gi, (one) =>
      one < 'a' ? one.toLowerCase() : one.toUpperCase(),
    ),
    'base64 for addresses': DATA.replaceAll('+', '-').replaceAll('/', '_'),
    base32: rows(base32(PAYLOAD), 60, (row) => row),
    'base32 in small letters': base32(Buffer.from(EICAR)).toLowerCase(),
    'base85 of Adobe': `<~${rows(base85(PAYLOAD, ADOBE), 70, (row) => row)}~>`,
    'base85 of btoa': `xbtoa Begin\r\n${rows(base85(PAYLOAD, ADOBE), 70, (row) => row)}\r\nxbtoa End N 1 1 E 1 S 1 R 1`,
    'base85 of RFC 1924': base85(PAYLOAD, RFC1924),
    hexadecimal: rows(numbers(hex, ''), 64, (row) => row),
    'hexadecimal, with colons': numbers(hex, ':'),
    'hexadecimal, as escapes': numbers((octet) => `\\x${hex(octet)}`, ''),
    'hexadecimal, as percents': numbers((octet) => `%${hex(octet)}`, ''),
    'hexadecimal, as a registry has it': `"x"=hex:${numbers(hex, ',')}`,
    'hexadecimal, turned around': turned(numbers(hex, '')),
    'hexadecimal, in braces': numbers((octet) => `\\u{${octet.toString(16)}}`, ''),
    decimal: numbers(String, ' '),
    'decimal, as entities': numbers((octet) => `&#${octet};`, ''),
    octal: numbers((octet) => `\\${octet.toString(8)}`, ''),
    binary: numbers((octet) => octet.toString(2).padStart(8, '0'), ' '),
    xxencode: xx(),
    'uuencode without its first line': UU.replace(/^begin.*\r\n/, ''),
    'uuencode, first line cut': UU.replace('begin', 'egin'),
    'uuencode behind a word': `see: ${UU}`,
  };
}

/** In the text of the mail, as an attachment, and as a file that is called what it is not. */
export function spelledOut(): Table {
  const found: Table = {};
  for (const [id, text] of Object.entries(texts())) {
    found[id] = `${HEAD}Content-Type: text/plain\r\n\r\nhello\r\n\r\n${text}\r\n`;
    found[`${id}, attached`] = build({ parts: [TEXT, `${NAMED}${B64}\r\n${base64(Buffer.from(text))}`] });
  }
  const half = UU.indexOf('\r\n', 120) + 2;
  const part = (text: string) => `Content-Type: text/plain\r\n\r\n${text}`;
  return {
    ...found,
    'uuencode over two texts': build({ parts: [part(UU.slice(0, half)), part(UU.slice(half))] }),
    'base64, called so, behind line numbers': build({
      parts: [TEXT, `${NAMED}${B64}\r\n${rows(DATA, 60, (row, index) => `${index} ${row}`)}\r\n`],
    }),
    'base64, called so, behind two characters': build({ parts: [TEXT, `${NAMED}${B64}\r\nAA${mixed(PAYLOAD)}`] }),
  };
}

/** Parameters of a disposition, and fields, in which only some look for a name. */
export function doubtfulNames(name: string): Table {
  const dot = name.lastIndexOf('.');
  const [stem, end] = [name.slice(0, dot), name.slice(dot + 1)];
  const forms: Table = {
    'word of an unknown encoding': `filename="=?utf-8?X?${name}?="`,
    'word with a mark too much': `filename="=?utf-8?Q?${name}??="`,
    'dot of two octets': `filename*=UTF-8''${stem}%C0%AE${end}`,
    'dot of three octets': `filename*=UTF-8''${stem}%E0%80%AE${end}`,
    'dot of China': `filename*=UTF-8''${stem}%E3%80%82${end}`,
    'dot in the middle': `filename*=UTF-8''${stem}%C2%B7${end}`,
    'typographic quotes': `filename=\xe2\x80\x9c${name}\xe2\x80\x9d`,
    'quotes of France': `filename=\xc2\xab${name}\xc2\xbb`,
    'entity with a name': `filename="${stem}&period;${end}"`,
    'escape of JSON': `filename="${stem}\\u002e${end}"`,
    'octal escape': `filename="${stem}\\056${end}"`,
    'hexadecimal escape': `filename="${stem}\\x2e${end}"`,
    'mark above the last letter': `filename*=UTF-8''${name}%CC%81`,
    'mark above each letter': `filename*=UTF-8''${stem}.${Array.from(end, (letter) => `${letter}%CC%A3`).join('')}`,
    'query behind': `filename="${name}?a.txt"`,
    'fragment behind': `filename="${name}#a.txt"`,
    'file-name': `file-name="${name}"`,
    filname: `filname="${name}"`,
    'x-filename': `x-filename=${name}`,
    title: `title="${name}"`,
  };
  const head = 'Content-Type: application/octet-stream\r\n';
  const file = `${B64}\r\n${base64(Buffer.from('nothing of interest'))}`;
  const fields: Table = {
    'misspelt field': `Content-Dispositon: attachment; filename=${name}\r\n`,
    'field of our own': `X-Content-Disposition: attachment; filename="${name}"\r\n`,
    'field of the id': `Content-Disposition: attachment\r\nContent-ID: <${name}>\r\n`,
  };
  return Object.fromEntries([
    ...Object.entries(forms).map(([id, form]) => [
      id,
      build({ parts: [TEXT, `${head}Content-Disposition: attachment; ${form}\r\n${file}`] }),
    ]),
    ...Object.entries(fields).map(([id, field]) => [id, build({ parts: [TEXT, `${head}${field}${file}`] })]),
  ]);
}
