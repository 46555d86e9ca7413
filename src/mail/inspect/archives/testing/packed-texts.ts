// The same text in every kind of archive.

import { gzipSync } from 'node:zlib';
import { arj, cabinet, iso, lha, sevenZip, zip } from './make-archives.ts';

/** What is in each of them. */
export const TEXT = 'Hello, archive. '.repeat(200);
export const DATA = Buffer.from(TEXT);
const decode = (text: string) => Buffer.from(text, 'base64');
const RAW_LZMA = decode('ACQZSZhvFgKKQG8TsbRtIe5vipovSoeqEq195xF45oKUsJPq3GhV5X//0usAAA==');
const RAW_LZMA2 = decode('4Ax/AChdACQZSZhvFgKKQG8TsbRtIe5vipovSoeqEq195xF45oKUsJPq2/ThAAAA');

/** By name. Made with xz 5.4, bzip2 1.0, zstd 1.5 and Python's zipfile. */
export const PACKED: readonly (readonly [string, Buffer])[] = [
  [
    'text.xz',
    decode(
      '/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4Ax/AChdACQZSZhvFgKKQG8TsbRtIe5vipovSoeqEq195xF45oKUsJPq2/ThAAAACglEQY2qOJ4AAUSAGQAAACA0a8uxxGf7AgAAAAAEWVo=',
    ),
  ],
  [
    'blocks.xz',
    decode(
      '/Td6WFoAAATm1rRGAgAhARwAAAAQz1jM4APnABxdACQZSZhvFgKKQG8TsbRtIe5vipovSoeqD5QzUwAAV0kguP2dO2QCACEBHAAAABDPWMzgA+cAHF0AORjJTwtLUuJmbYPh0p8+ce6kuDZ6Qgj9WXdZAADvi9apwUlMlgIAIQEcAAAAEM9YzOAD5wAcXQAkGUmYbxYCikBvE7G0bSHub4qaL0qHqg+UM1MAAFdJILj9nTtkAgAhARwAAAAQz1jM4ADHABddADkYyU8LS1LiZm2D4dKfPnHuoJKOwoAAAAC4Pa6mK6l35gAEOOgHOOgHOOgHM8gBAACCxW+DrCc+LQQAAAAABFla',
    ),
  ],
  ['text.lzma', decode('XQAAgAD//////////wAkGUmYbxYCikBvE7G0bSHub4qaL0qHqhKtfecReOaClLCT6txoVeV//9LrAAA=')],
  [
    'text.bz2',
    decode('QlpoOTFBWSZTWQcIRpkAAfOVgEAFAEAqZJEAIABwQDQAFKpoNBpgRYEXoiyIuAi+EWhFkReCL0RdCLQRfCLQi/F3JFOFCQBwhGmQ'),
  ],
  ['text.zst', decode('KLUv/QRYxQAAgEhlbGxvLCBhcmNoaXZlLiABANo4/lwC9s3BDw==')],
  ['text.gz', gzipSync(DATA)],
  [
    'bzip2.zip',
    decode(
      'UEsDBC4AAAAMAMhVdl0x/JBRSwAAAIAMAAAFAAAAYS50eHRCWmg5MUFZJlNZBwhGmQAB85WAQAUAQCpkkQAgAHBANAAUqmg0GmBFgReiLIi4CL4RaEWRF4IvRF0ItBF8ItCL8XckU4UJAHCEaZBQSwECLgMuAAAADADIVXZdMfyQUUsAAACADAAABQAAAAAAAAAAAAAAgAEAAAAAYS50eHRQSwUGAAAAAAEAAQAzAAAAbgAAAAAA',
    ),
  ],
  [
    'lzma.zip',
    decode(
      'UEsDBD8AAgAOAMhVdl0x/JBRNwAAAIAMAAAFAAAAYS50eHQJBAUAXQAAgAAAJBlJmG8WAopAbxOxtG0h7m+Kmi9Kh6oSrX3nEXjmgpSwk+rcaFXlf//S6wAAUEsBAj8DPwACAA4AyFV2XTH8kFE3AAAAgAwAAAUAAAAAAAAAAAAAAIABAAAAAGEudHh0UEsFBgAAAAABAAEAMwAAAFoAAAAAAA==',
    ),
  ],
  [
    'lzma.7z',
    sevenZip('a.txt', { packed: RAW_LZMA, size: DATA.length, coder: Buffer.from('23030101055d00000100', 'hex') }),
  ],
  ['lzma2.7z', sevenZip('a.txt', { packed: RAW_LZMA2, size: DATA.length, coder: Buffer.from('21210110', 'hex') })],
  ['copy.7z', sevenZip('a.txt', { packed: DATA, size: DATA.length, coder: Buffer.from('0100', 'hex') })],
  ['text.cab', cabinet('a.txt', DATA)],
  ['text.lzh', lha('a.txt', DATA)],
  ['text.arj', arj('a.txt', DATA)],
  ['text.iso', iso('A.TXT', DATA.subarray(0, 2000))],
  ['text.zip', zip([{ name: 'a.txt', data: DATA }])],
];
