// Mails that hide the name of a file, which some reader shows and opens it by.

import { B64, base64, build, type Evasion, each, HEAD, type Table, TEXT } from './mail.ts';
import { binhex, tnef, uuencode, yenc } from './old-encodings.ts';

/** Mails with a file of this name, which some readers see. Only the name is bad. */
export function hiddenNames(name: string): Evasion[] {
  const table: Table = {};
  const file = Buffer.from('nothing of interest').toString('base64');
  for (const [id, fields] of Object.entries(nameFields(name))) {
    table[id] = build({ parts: [TEXT, `${fields}${B64}\r\n${file}\r\n`] });
  }
  table['uuencode'] = `${HEAD}\r\n${uuencode(name, Buffer.from('nothing'))}`;
  table['yEnc'] = `${HEAD}\r\n${yenc(name, Buffer.from('nothing'))}`;
  table['TNEF'] = build({
    parts: [
      `Content-Type: application/ms-tnef; name=winmail.dat\r\n${B64}\r\n${base64(tnef(name, Buffer.from('nothing')))}`,
    ],
  });
  table['BinHex'] = `${HEAD}\r\n${binhex(name, Buffer.from('nothing of interest'))}`;
  return each('name', table);
}

/** For both fields that may name a file, each way to write it. */
function nameFields(name: string): Table {
  const dot = name.lastIndexOf('.');
  const [stem, end] = [name.slice(0, dot), name.slice(dot + 1)];
  const coded = name.slice(0, dot + 1) + Array.from(end, (c) => `%${c.charCodeAt(0).toString(16)}`).join('');
  const wide = (big: boolean) => {
    const octets = Buffer.from(name, 'utf16le');
    return big ? octets.swap16() : octets;
  };
  const percents = (octets: Buffer) => [...octets].map((o) => `%${o.toString(16).padStart(2, '0')}`).join('');
  const word = (charset: string, octets: Buffer) => `"=?${charset}?B?${octets.toString('base64')}?="`;
  const forms: Table = {
    plain: `N=${name}`,
    quoted: `N="${name}"`,
    'single quotes': `N='${name}'`,
    folded: `\r\n N=${name}`,
    'folded twice': `\r\n \r\n N=${name}`,
    'folded inside': `N="${stem}.\r\n ${end}"`,
    'folded in the ending': `N="${stem}.${end.slice(0, 1)}\r\n\t${end.slice(1)}"`,
    'space before the equals sign': `N =${name}`,
    'space behind the equals sign': `N= ${name}`,
    'fold before the equals sign': `N\r\n =${name}`,
    'fold behind the equals sign': `N=\r\n ${name}`,
    capitals: `N=${name.toUpperCase()}`,
    'harmless first': `N=a.png; N=${name}`,
    'harmless last': `N=${name}; N=a.png`,
    'encoded word': `N=${word('us-ascii', Buffer.from(name))}`,
    'encoded word, quoted form': `N="=?utf-8?Q?${stem}=2E${end}?="`,
    'encoded word without quotes': `N==?utf-8?Q?${stem}=2E${end}?=`,
    'encoded word without an end': `N="=?utf-8?B?${Buffer.from(name).toString('base64')}"`,
    'encoded words': `N="=?utf-8?Q?${stem}=2E?= =?utf-8?Q?${end}?="`,
    'encoded words on two lines': `N="=?utf-8?Q?${stem}=2E?=\r\n =?utf-8?Q?${end}?="`,
    'half an encoded word': `N="${stem}.=?utf-8?Q?${end}?="`,
    'encoded word with a language': `N="=?utf-8*en?Q?${stem}=2E${end}?="`,
    'UTF-16': `N=${word('utf-16', wide(false))}`,
    'UTF-16, big first': `N=${word('utf-16', wide(true))}`,
    'UTF-16BE': `N=${word('utf-16be', wide(true))}`,
    'UTF-7': `N="=?utf-7?Q?${stem}+AC4-${end}?="`,
    'unknown charset': `N=${word('x-none', Buffer.from(name))}`,
    'quote before the dot': `N=${stem}".${end}`,
    'quotes around the stem': `N="${stem}".${end}`,
    'quotes around the stem, one more': `N="${stem}".${end}"`,
    'escaped quote': `N="${stem}\\".${end}"`,
    'escaped quote, no quotes': `N=${stem}\\".${end}`,
    'escaped letters': `N="${stem}.\\${end}"`,
    'no quote at the end': `N="${name}`,
    semicolon: `N=${stem};.${end}`,
    'escaped semicolon': `N=${stem}\\;.${end}`,
    'semicolon in quotes': `N="${stem};.${end}"`,
    star: `N*=''${name}`,
    'star, encoded': `N*=''${coded}`,
    'star, UTF-8': `N*=UTF-8''${coded}`,
    'star, UTF-16': `N*=UTF-16''${percents(wide(false))}`,
    'star, UTF-16, big first': `N*=UTF-16''${percents(wide(true))}`,
    'star without a charset': `N*=${coded}`,
    number: `N*0=${name}`,
    numbers: `N*0=${stem}.; N*1=${end}`,
    'numbers, quoted': `N*0="${stem}."; N*1="${end}"`,
    'numbers with a gap': `N*0=${stem}.; N*2=${end}`,
    'numbers from one': `N*1=${stem}.; N*2=${end}`,
    'numbers turned': `N*1=${end}; N*0=${stem}.`,
    'numbers wrong': `N*1=${stem}.; N*0=${end}`,
    'numbers turned with a gap': `N*2=${end}; N*0=${stem}.`,
    'number and star': `N*0*=''${coded}`,
    'numbers and stars': `N*0*=''${stem}.; N*1*=${end}`,
    'numbers and stars, encoded': `N*0*=''${stem}%2E; N*1*=${end}`,
    'numbers, one star': `N*0*=UTF-8''${stem}%2E; N*1=${end}`,
    'numbers and stars turned': `N*1*=${end}; N*0*=''${stem}.`,
    'numbers and stars wrong': `N*1*=''${stem}.; N*0*=${end}`,
    'harmless, then star': `N=a.png; N*=''${coded}`,
    'star, then harmless': `N*=''${coded}; N=a.png`,
    'harmless, then numbers': `N=a.png; N*0=${stem}.; N*1=${end}`,
    'numbers, then harmless': `N*0=${stem}.; N*1=${end}; N=a.png`,
    'harmless, then a gap': `N=a.png; N*0=${stem}.; N*2=${end}`,
    'comment behind': `N=${name}()`,
    'comment with an ending': `N=${name}(.gif)`,
    'comment inside': `N=${stem}.${end.slice(0, 1)}()${end.slice(1)}`,
    'comment with an ending inside': `N=${stem}.${end.slice(0, 1)}(.gif)${end.slice(1)}`,
    'comment behind the key': `N()=${name}`,
    'no semicolon': ` x=y N=${name}`,
    comma: `x=y, N=${name}`,
    'two semicolons': `; N=${name}`,
    'dot behind': `N="${name}."`,
    'dots and spaces behind': `N="${name}. . "`,
    'stream behind': `N="${name}::$DATA"`,
    percent: `N="${stem}%2e${end}"`,
    path: `N="a.png/${name}"`,
    'path of Windows': `N="C:\\a.png\\${name}"`,
    'many spaces': `N="a.png${' '.repeat(150)}.${end}"`,
    'tab behind': `N="${name}\t"`,
    'octet that is not seen': `N="${stem}.\x01${end}"`,
    'bracket behind': `N=${name}(`,
    'very long': `N="${'x'.repeat(3000)}.${end}"`,
    'encoded word cut in two': `N="=?utf-8?B?${Buffer.from(name).toString('base64').slice(0, 3)}?= =?utf-8?B?${Buffer.from(name).toString('base64').slice(3)}?="`,
    'turned writing': `N*=UTF-8''${stem}%E2%80%AE.${end}`,
    'wide dot': `N*=UTF-8''${stem}%EF%BC%8E${end}`,
    'zero width': `N*=UTF-8''${stem}.${end.slice(0, 1)}%E2%80%8B${end.slice(1)}`,
  };
  const table: Table = {};
  const type = 'Content-Type: application/octet-stream';
  const disposition = 'Content-Disposition: attachment';
  for (const [id, form] of Object.entries(forms)) {
    table[`type, ${id}`] = `${type}; ${form.replaceAll(/\bN(?=[*()\s=])/g, 'name')}\r\n`;
    table[`disposition, ${id}`] = `${type}\r\n${disposition}; ${form.replaceAll(/\bN(?=[*()\s=])/g, 'filename')}\r\n`;
    table[`harmless type, ${id}`] =
      `${type}; name=a.png\r\n${disposition}; ${form.replaceAll(/\bN(?=[*()\s=])/g, 'filename')}\r\n`;
  }
  return {
    ...table,
    'type, harmless disposition': `${type}; name=${name}\r\n${disposition}; filename=a.png\r\n`,
    'disposition first': `${disposition}; filename=${name}\r\n${type}; name=a.png\r\n`,
    'two types': `${type}; name=a.png\r\n${type}; name=${name}\r\n`,
    'two types, turned': `${type}; name=${name}\r\n${type}; name=a.png\r\n`,
    'two dispositions': `${type}\r\n${disposition}; filename=a.png\r\n${disposition}; filename=${name}\r\n`,
    'two dispositions, turned': `${type}\r\n${disposition}; filename=${name}\r\n${disposition}; filename=a.png\r\n`,
    'numbers on two lines': `${type}\r\n${disposition}; filename*0=${stem}.\r\n${disposition}; filename*1=${end}\r\n`,
    'disposition with a space': `${type}\r\nContent-Disposition : attachment; filename=${name}\r\n`,
    'disposition folded into another field': `${type}\r\nX-Y: z\r\n ${disposition}; filename=${name}\r\n`,
    'no word in the disposition': `${type}\r\nContent-Disposition: filename=${name}\r\n`,
    'empty word in the disposition': `${type}\r\nContent-Disposition: ; filename=${name}\r\n`,
    'name in the disposition': `${type}\r\n${disposition}; name=${name}\r\n`,
    'filename in the type': `${type}; filename=${name}\r\n`,
    'type without a type': `Content-Type: ; name=${name}\r\n`,
    'message with a name': `Content-Type: message/rfc822; name=${name}\r\n${disposition}; filename=${name}\r\n`,
    'multipart with a name': `Content-Type: multipart/mixed; boundary=in; name=${name}\r\n`,
    'type is a word': `Content-Type: file; name=${name}\r\n`,
  };
}
