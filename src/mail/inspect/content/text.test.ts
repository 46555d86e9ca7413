import assert from 'node:assert/strict';
import { test } from 'node:test';
import { typesAgree } from './agreement.ts';
import { extension, leadsOut, nameTraits } from './file-name.ts';
import { readHtml } from './html.ts';
import { htmlLinks, textLinks } from './links.ts';
import { sniffType } from './media-type.ts';
import { look } from './testing/look.ts';

test('names and what they promise', () => {
  const traits = (name: string) => [...nameTraits([name])].sort();
  for (const [name, expected] of [
    ['report.pdf', []],
    ['setup.exe', ['executable']],
    ['setup.exe.', ['executable', 'name-trick']],
    ['setup.exe:stream', ['executable']],
    ['notes.txt:setup.exe', ['executable']],
    ['C:setup.exe', ['executable']],
    ['run.js', ['script']],
    ['invoice.pdf.exe', ['executable', 'name-trick']],
    ['invoice.pdf        .scr', ['executable', 'name-trick']],
    ['photo\u202egpj.exe', ['executable', 'name-trick']],
    ['evil.exe\0.txt', ['executable', 'name-trick']],
    ['evil\uff0eexe', ['executable', 'name-trick']],
    ['a.{20d04fe0-3aea-1069-a2d8-08002b30309d}', ['executable', 'name-trick']],
    ['disk.iso', ['disk-image']],
    ['archive.tar.gz', []],
    ['Rechnung Nr. 12.5 vom 3.1.pdf', []],
    ['v1.2.doc.zip', []],
  ] as const)
    assert.deepEqual(traits(name), expected, name);
  assert.equal(extension('C:\\x\\A.EXE '), 'exe');
  assert.ok(['../a', '/etc/a', 'c:\\a', 'a\\..\\..\\b'].every(leadsOut) && !['a/b', 'a..b/c', 'c'].some(leadsOut));
});

test('content, name and declared type', () => {
  const agree = (type: string, name: string, declaredType = 'application/octet-stream') =>
    typesAgree({ type, declaredType, names: [name] });
  assert.ok(
    agree('image/png', 'a.jpg') &&
      agree('text/html', 'report.xls') &&
      agree('application/rtf', 'a.doc') &&
      agree('application/pdf', 'a.pdf', 'application/pdf'),
  );
  assert.ok(
    !agree('application/zip', 'a.pdf') &&
      !agree('application/vnd.microsoft.portable-executable', 'a.jpg') &&
      !agree('text/plain', 'a.pdf') &&
      !agree('application/x-elf', 'a.txt', 'text/plain'),
  );
});

test('types by content', () => {
  for (const [text, type] of [
    ['%PDF-1.4', 'application/pdf'],
    ['  \n<!-- x --><!DOCTYPE html><p>', 'text/html'],
    ['<?xml version="1.0"?><!-- --><svg xmlns="x">', 'image/svg+xml'],
    ['<?xml version="1.0"?><a/>', 'text/xml'],
    ['{\\rt\\x', 'application/rtf'],
    ['#!/bin/sh\n', 'text/x-shellscript'],
    ['MZ is a text', 'text/plain'],
    ['From: a@b\r\nSubject: x\r\nDate: y\r\n\r\nbody', 'message/rfc822'],
    ['From: here on it is text', 'text/plain'],
    ['', 'text/plain'],
  ] as const)
    assert.equal(sniffType(Buffer.from(text)), type, text);
});

test('HTML as people read it', () => {
  const html = `<style>x{}</style><p>Dear&nbsp;<b>cus</b>tomer,<br>pay &euro;&#53;&#x30;</p><!-- hidden --><script>no()</script>
    <a href="https://evil.example/a">https://www.bank.lu/login</a> <A HREF='http://bank.lu/x'>bank.lu</A> <a href=//cdn.example/>here</a>
    <form action="http://collect.example/p"></form><meta http-equiv=refresh content="0; url=https://next.example/">`;
  const { text, links, hasScript } = readHtml(html);
  assert.match(text, /Dear customer,\s+pay €50/);
  assert.ok(!/no\(\)|x\{\}/.test(text) && hasScript);
  assert.deepEqual(
    htmlLinks(links).map(({ host, shown }) => [host, shown]),
    [
      ['evil.example', 'www.bank.lu'],
      ['bank.lu', undefined],
      ['cdn.example', undefined],
      ['collect.example', undefined],
      ['next.example', undefined],
    ],
  );
});

test('a link shows another domain only where its organisation is another', () => {
  const shown = (target: string, text: string) => htmlLinks([{ target, text }])[0]?.shown;
  assert.equal(shown('https://login.bank.lu/', 'www.bank.lu'), undefined);
  assert.equal(shown('https://bank.lu.evil.example/', 'bank.lu'), 'bank.lu');
  assert.equal(shown('https://a.co.uk/', 'b.co.uk'), 'b.co.uk');
  assert.equal(shown('https://evil.example/', 'Report.zip'), undefined);
  assert.equal(shown('https://evil.example/', 'Version 1.2.3 of it'), undefined);
  assert.equal(shown('https://evil.example/', 'Click on www.bank.lu now'), 'www.bank.lu');
  assert.equal(shown('https://xn--bnk-pla.example/', 'bänk.lu'), 'xn--bnk-qla.lu');
  assert.equal(htmlLinks([{ target: 'http:\\\\evil.example\\x', text: '' }])[0]?.host, 'evil.example');
  assert.equal(htmlLinks([{ target: 'https://bank.lu@evil.example/', text: '' }])[0]?.host, 'evil.example');
  assert.deepEqual(
    textLinks('See https://a.example/x. And www.b.example!').map(({ host }) => host),
    ['a.example', 'www.b.example'],
  );
});

test('an HTML file with a script is one, a mail text with one is not', () => {
  assert.deepEqual(look(Buffer.from('<html><script>x()</script>'), 'a.html').traits, ['script']);
  assert.deepEqual(look(Buffer.from('<html><body onload=x()>'), 'a.htm').traits, ['script']);
  assert.deepEqual(look(Buffer.from('<html><p>x</p>'), 'a.htm').traits, []);
  assert.deepEqual(look(Buffer.from('<svg xmlns="x"><script>1</script></svg>'), 'a.svg').traits, ['script']);
});

test('text in other charsets', () => {
  assert.equal(look(Buffer.from('\ufeffGrüße', 'utf16le'), 'a.txt').file.text, 'Grüße');
  assert.equal(look(Buffer.from('Grüße', 'latin1'), 'a.txt').file.text, 'Grüße');
});
