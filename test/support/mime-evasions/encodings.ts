// Encodings of a part that readers decode in more than one way, or not all of them know.

import { B64, base64, EICAR, everyOctet, FILE, FILE_HEAD, lines, mixed, PAYLOAD, type Table, zipOf } from './mail.ts';

/** Bodies in base64 that decoders take apart differently, or that scanners do not know for base64. */
export function base64Bodies(): Table {
  const one = PAYLOAD.toString('base64');
  const two = Math.floor(PAYLOAD.length / 6) * 3;
  const junk = base64(zipOf('note.txt', Buffer.from('nothing to see')));
  const spread = (mark: string) => lines(one, 60, '').replaceAll(/(.)(?=.)/g, `$1${mark}`);
  const bodies: Table = {
    'as usual': base64(PAYLOAD),
    'one line': `${one}\r\n`,
    'many lengths': mixed(PAYLOAD),
    'empty lines between': base64(PAYLOAD).replaceAll('\r\n', '\r\n\r\n'),
    'space behind every character': spread(' '),
    'tab behind every character': spread('\t'),
    'vertical tab behind every character': spread('\v'),
    'characters on lines of their own': lines(one, 1, '\r\n'),
    'pairs on lines of their own': lines(one, 2, '\r\n'),
    'threes on lines of their own': lines(one, 3, '\r\n'),
    'lines of three': lines(one, 3, ''),
    'lines of five': lines(one, 5, ''),
    'lines of six': lines(one, 6, ''),
    'a line that POSIX begins with': `begin-base64 744 report.bin\r\n${base64(PAYLOAD)}====\r\n`,
    'fours, then junk to the end of the line': lines(one, 4, '#abcd0123'),
    'threes, then junk to the end of the line': lines(one, 3, '#abcd0123'),
    'one more equals sign': `${one}=\r\n`,
    'equals sign at each end of line': lines(one, 60, '='),
    'line of an equals sign first': `=\r\n${base64(PAYLOAD)}`,
    'line of four equals signs first': `====\r\n${base64(PAYLOAD)}`,
    'equals sign behind each four': one.replaceAll(/[\w+/]{4}/g, '$&='),
    'equals sign within each four': one.replaceAll(/([\w+/]{2})([\w+/]{2})/g, '$1=$2'),
    'equals sign for each A': base64(PAYLOAD).replaceAll(/A(?=.*\r\n.)/g, '='),
    'pieces of one octet with one equals sign': [...PAYLOAD]
      .map((o) => Buffer.of(o).toString('base64').replace('==', '='))
      .join(''),
    'pieces of one octet': [...PAYLOAD].map((o) => Buffer.of(o).toString('base64')).join(''),
    'pieces of one octet, a line each': [...PAYLOAD].map((o) => `${Buffer.of(o).toString('base64')}\r\n`).join(''),
    'two pieces': base64(PAYLOAD.subarray(0, two + 1)) + base64(PAYLOAD.subarray(two + 1)),
    'two pieces, one equals sign': base64(PAYLOAD.subarray(0, two + 2)) + base64(PAYLOAD.subarray(two + 2)),
    'something harmless behind': base64(PAYLOAD).trimEnd().replace(/=*$/, '====\r\n') + junk,
    'something harmless before': `${junk.trimEnd().replace(/=*$/, '==\r\n')}${base64(PAYLOAD)}`,
    'a character too much before': `A\r\n\r\n${base64(PAYLOAD)}`,
    'two characters too much before': `AB\r\n\r\n${base64(PAYLOAD)}`,
    'three characters too much before': `ABC\r\n\r\n${base64(PAYLOAD)}`,
    'no padding': `${one.replaceAll('=', '')}\r\n`,
    'letters of the other alphabet': `${one.replaceAll('+', '-').replaceAll('/', '_')}\r\n`,
    'lines begin with white space': base64(PAYLOAD).replaceAll(/^/gm, ' '),
    'lines begin with marks of quoting': base64(PAYLOAD).replaceAll(/^(?=.)/gm, '> '),
    'a comment in the middle': `${one.slice(0, 40)} (a comment) ${one.slice(40)}\r\n`,
    'text before': `This is your file:\r\n${base64(PAYLOAD)}`,
    'text behind': `${base64(PAYLOAD)}That was your file.\r\n`,
  };
  for (const mark of '#:.%-_!*@,;<>"\'()\\{}|~^`$&?[]') bodies[`"${mark}" behind every character`] = spread(mark);
  return bodies;
}

export function quotedBodies(): Table {
  const octets = Buffer.from(EICAR);
  const all = (hex: string) => `=${hex}`;
  return {
    'all encoded': everyOctet(octets, ''),
    'all encoded, a line each': everyOctet(octets, '=\r\n'),
    'white space behind soft breaks': everyOctet(octets, '= \r\n'),
    'tab behind soft breaks': everyOctet(octets, '=\t\r\n'),
    'small letters': everyOctet(octets, '', all).toLowerCase(),
    'equals sign before each': everyOctet(octets, '=\r\n', (hex) => `==${hex}`),
    'equals sign and digit before each': everyOctet(octets, '=\r\n', (hex) => `=0=${hex}`),
    'equals sign and two letters before each': everyOctet(octets, '=\r\n', (hex) => `=XX=${hex}`),
    'equals sign and a small letter before each': everyOctet(octets, '=\r\n', (hex) => `=0x=${hex}`),
    'equals sign and a space before each': everyOctet(octets, '=\r\n', (hex) => `= =${hex}`),
    'equals sign and two spaces before each': everyOctet(octets, '=\r\n', (hex) => `=  =${hex}`),
    'equals sign before what needs none': EICAR.replaceAll(/[^0-9A-Fa-f]/g, '=$&'),
    'soft break behind each': `${EICAR.replaceAll(/[^=]/g, '$&=\r\n')}\r\n`,
    'soft break at the very end': `${EICAR}=`,
    'octets that may not stand there': EICAR.replaceAll(/(.)(?=.)/g, '$1\x12').replaceAll('=', '=3D'),
    'octets above 127': EICAR.replaceAll(/(.)(?=.)/g, '$1\xaa').replaceAll('=', '=3D'),
    'white space before each line': everyOctet(octets, '=\r\n').replaceAll(/^/gm, '\t'),
    'half an octet at the end of each line': everyOctet(octets, '=2\r\n'),
    'a mark at the end of each line': everyOctet(octets, '=@\r\n'),
  };
}

/** Fields that say how the file is encoded, read by some as base64. */
export function encodingFields(): Table {
  const name = 'Content-Transfer-Encoding';
  const table: Table = {
    'no space': `${name}:base64\r\n`,
    'no-break space': `${name}:\xa0base64\r\n`,
    'UTF-7': `${name}: utf-7\r\n`,
    'all in a comment': `${name}: (base64)\r\n`,
    'comment for a colon': `${name}(: )base64\r\n`,
    'bracket in the name': 'Content-Transfe(r-Encoding: base64\r\n',
    'comment to the next line': `${name}: base64(7bit\r\n)\r\n`,
    tab: `${name}:\tbase64\r\n`,
    'vertical tab': `${name}:\vbase64\r\n`,
    'form feed': `${name}:\fbase64\r\n`,
    case: `${name.toUpperCase()}: bAsE64\r\n`,
    'x-': `${name}: x-base64\r\n`,
    folded: `${name}:\r\n base64\r\n`,
    'folded twice': `${name}:\r\n \r\n base64\r\n`,
    'behind much white space': `${name}: ${' '.repeat(2000)}base64\r\n`,
    'in quotes': `${name}: "base64"\r\n`,
    'in single quotes': `${name}: 'base64'\r\n`,
    escaped: `${name}: base\\64\r\n`,
    'encoded word': `${name}: =?UTF-8?B?YmFzZTY0?=\r\n`,
    'encoded word, quoted': `${name}: =?UTF-8?Q?base64?=\r\n`,
    'half an encoded word': `${name}: ba=?US-ASCII?Q?se64?=\r\n`,
    'comment before': `${name}: (why) base64\r\n`,
    'comment inside': `${name}: bas()e64\r\n`,
    'folded comment inside': `${name}: bas(\r\n )e64\r\n`,
    'comment behind': `${name}: base64 (why)\r\n`,
    'comment that says another': `${name}: base64(quoted-printable)\r\n`,
    'comment without an end': `${name}: base64(7bit\r\n`,
    'word before': `${name}: xx base64\r\n`,
    'word behind': `${name}: base64 xx\r\n`,
    'letters before': `${name}: xxbase64\r\n`,
    'letters behind': `${name}: base64xx\r\n`,
    'comma behind': `${name}: base64,\r\n`,
    'comma before': `${name}: ,base64\r\n`,
    'semicolon behind': `${name}: base64;\r\n`,
    'semicolon before': `${name}: ;base64\r\n`,
    'parameter behind': `${name}: base64; x=y\r\n`,
    'two with a comma': `${name}: base64, 7bit\r\n`,
    'two with a comma, turned': `${name}: 7bit, base64\r\n`,
    'two with a space': `${name}: 7bit base64\r\n`,
    'space before the colon': `${name} : base64\r\n`,
    'tab before the colon': `${name}\t: base64\r\n`,
    'line end before the colon': `${name}\r\n : base64\r\n`,
    'two colons': `${name}:: base64\r\n`,
    'no colon': `${name} base64\r\n`,
    'space before the name': ` ${name}: base64\r\n`,
    'underscore in the name': `Content_Transfer_Encoding: base64\r\n`,
    'mark before the name': `#${name}: base64\r\n`,
    'invisible octet before the name': `\x01${name}: base64\r\n`,
    'folded in the middle': `${name}: bas\r\n e64\r\n`,
    twice: `${name}: 7bit\r\n${name}: base64\r\n`,
    'twice, turned': `${name}: base64\r\n${name}: 7bit\r\n`,
    'empty, then base64': `${name}:\r\n${name}: base64\r\n`,
    'base64, then empty': `${name}: base64\r\n${name}:\r\n`,
    'junk, then base64': `${name}: xxx\r\n${name}: base64\r\n`,
    'base64, then junk': `${name}: base64\r\n${name}: xxx\r\n`,
    'three times': `${name}: 8bit\r\n${name}: base64\r\n${name}: base64\r\n`,
    'a line of junk before': `XXXXXXXX\r\n${name}: base64\r\n`,
    'a line of white space before': ` \r\n${name}: base64\r\n`,
    'in a field without a name': `X Y: z\r\n ${name}: base64\r\n`,
    'none at all': '',
  };
  return table;
}

/** Between the fields of a part and its body. */
export function gaps(): Table {
  const late: Table = {
    'the encoding behind the empty line': `${FILE_HEAD}\r\n${B64}\r\n${mixed(PAYLOAD)}`,
    'the encoding behind the empty line, none more': `${FILE_HEAD}\r\n${B64}${mixed(PAYLOAD)}`,
    'the encoding behind a sentence': `${FILE_HEAD}\r\nA sentence.\r\n${B64}\r\n${mixed(PAYLOAD)}`,
    'the encoding behind white space': `${FILE_HEAD}\r\n ${B64}\r\n${mixed(PAYLOAD)}`,
  };
  const all: Table = {
    nothing: '',
    'a space': ' \r\n',
    'two lines with a space': ' \r\n \r\n',
    'a tab': '\t\r\n',
    'a vertical tab': '\v\r\n',
    'four letters': 'ABCD\r\n\r\n',
    'four letters, no empty line': 'ABCD\r\n',
    padding: 'ABC=\r\n\r\n',
    'four letters and a space': 'ABCD\r\n \r\n',
    'two lines of letters': 'ABCD\r\nABCD\r\n\r\n',
    'a colon': ':\r\n\r\n',
    'a mark': '<\r\n\r\n',
    'two empty lines': '\r\n\r\n',
    'a field behind the empty line': '\r\nX-More: yes\r\n\r\n',
    'a letter': 'c\r\n',
  };
  const between = Object.entries(all).map(([id, gap]) => [id, `${FILE_HEAD}${B64}${gap}${mixed(PAYLOAD)}`]);
  return { ...Object.fromEntries(between), ...late };
}

/** Before the first field of a part. */
export function beginnings(): Table {
  const all: Table = {
    'an empty line': '\r\n',
    'two empty lines': '\r\n\r\n',
    'a space': ' \r\n',
    'a vertical tab': '\v',
    'a colon': ':\r\n',
    'a folded line': ' x\r\n',
    'a word': 'word\r\n',
  };
  return Object.fromEntries(Object.entries(all).map(([id, begin]) => [id, `${begin}${FILE}`]));
}
