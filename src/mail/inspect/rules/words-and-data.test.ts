import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countData } from './data.ts';
import { wordFinder } from './words.ts';

test('words and phrases, whole, whatever their case, whatever stands invisibly between their letters', () => {
  const finder = wordFinder(['he', 'she', 'hers', 'pay now', 'Größe', '', 'c++']);
  const found = (text: string) => [...finder.find(text)].sort();
  assert.deepEqual(found('Ushers SHE'), ['she']);
  assert.deepEqual(found('please PAY\n  NOW!'), ['pay now']);
  assert.deepEqual(found('pay nowhere'), []);
  assert.deepEqual(found('h\u200be\u00adrs'), ['hers']);
  assert.deepEqual(found('die GRÖSSE'), []);
  assert.deepEqual(found('die GRÖßE, ｃ＋＋'), ['Größe', 'c++']);
  assert.deepEqual(found('her she he'), ['he', 'she']);
});

test('IBAN: the length of its country and two check digits', () => {
  const count = (text: string) => countData(text, ['iban']);
  assert.equal(count('LU28 0019 4006 4475 0000, gb29-NWBK-6016-1331-9268-19 and DE89370400440532013000.'), 3);
  assert.equal(count('LU28 0019 4006 4475 0000 / LU280019400644750000'), 1);
  assert.equal(count('LU29 0019 4006 4475 0000'), 0);
  assert.equal(count('DE8937040044053201300'), 0);
  assert.equal(count('DE893704004405320130001'), 0);
  assert.equal(count('ＬＵ２８ 0019 4006 4475 0000'), 1);
  assert.equal(count('XX28 0019 4006 4475 0000'), 0);
});

test('card numbers: issuer, length, check digit', () => {
  const count = (text: string) => countData(text, ['card-number']);
  assert.equal(count('4111 1111 1111 1111, 5500-0055-5555-5559, 378282246310005, 6011000990139424'), 4);
  assert.equal(count('4444 4444 4444 4448'), 0);
  assert.equal(count('4012888888881882'), 0);
  assert.equal(count('4012888888881881 4012 8888 8888 1881'), 1);
  assert.equal(count('1234567812345670'), 0);
  assert.equal(count('3.4012888888881881'), 0);
});

/** Verhoeff's check digit by his tables, independent of how it is counted in the code. */
function verhoeffDigit(digits: string): number {
  const d = [
    '0123456789',
    '1234067895',
    '2340178956',
    '3401289567',
    '4012395678',
    '5987604321',
    '6598710432',
    '7659821043',
    '8765932104',
    '9876543210',
  ];
  const p = [
    '0123456789',
    '1576283094',
    '5803796142',
    '8916043527',
    '9453126870',
    '4286573901',
    '2793806415',
    '7046913258',
  ];
  const inverse = '0432156789';
  let c = 0;
  digits
    .split('')
    .toReversed()
    .forEach((digit, index) => {
      c = Number(d[c]![Number(p[(index + 1) % 8]![Number(digit)])]);
    });
  return Number(inverse[c]);
}

function luhnDigit(digits: string): number {
  const sum = digits
    .split('')
    .toReversed()
    .reduce((total, digit, index) => {
      const value = Number(digit) * (index % 2 === 0 ? 2 : 1);
      return total + (value > 9 ? value - 9 : value);
    }, 0);
  return (10 - (sum % 10)) % 10;
}

test('Luxembourg’s national identification number: a date, and two check digits', () => {
  assert.equal(verhoeffDigit('236'), 3);
  const count = (text: string) => countData(text, ['lu-national-id']);
  for (const first of ['19900131123', '20051224007', '18991231999']) {
    const number = `${first}${luhnDigit(first)}${verhoeffDigit(first)}`;
    assert.equal(count(`Matricule: ${number}.`), 1, number);
    assert.equal(
      count(
        `${number.slice(0, 4)} ${number.slice(4, 6)} ${number.slice(6, 8)} ${number.slice(8, 11)} ${number.slice(11)}`,
      ),
      1,
    );
    assert.equal(count(number.slice(0, 12) + ((Number(number[12]) + 1) % 10)), 0);
    assert.equal(count(number.slice(0, 11) + ((Number(number[11]) + 1) % 10) + number[12]), 0);
    assert.equal(count(`1${number}`), 0);
  }
  const noMonth = '19901331123';
  assert.equal(count(`${noMonth}${luhnDigit(noMonth)}${verhoeffDigit(noMonth)}`), 0);
});

test('a card number is found with what people write behind it', () => {
  for (const text of ['4111 1111 1111 1111 12/27 123', '4111-1111-1111-1111 12', '378282246310005 1227 and so on']) {
    assert.equal(countData(text, ['card-number']), 1, text);
  }
  for (const text of [
    '1 4111 1111 1111 1111',
    '4111 1111 1111 1111 1.5',
    `4111 1111 1111 1111${'1'.repeat(100_000)}`,
  ]) {
    assert.ok(countData(text, ['card-number']) <= 1, text.slice(0, 50));
  }
  const begin = performance.now();
  countData('4 '.repeat(2_000_000), ['card-number']);
  assert.ok(performance.now() - begin < 5000);
});

test('letters with thousands of marks take no time', () => {
  const begin = process.cpuUsage();
  wordFinder(['confidential']).find(`a${'\u0300\u0316'.repeat(200_000)}`);
  const { user } = process.cpuUsage(begin);
  assert.ok(user < 10_000_000, `${user} µs`);
  assert.equal(wordFinder(['cafe\u0301']).find('le caf\u00e9').size, 1);
});

test('kinds are counted together, each number once', () => {
  assert.equal(countData('LU28 0019 4006 4475 0000 and 4012888888881881', ['iban', 'card-number', 'iban']), 2);
});
