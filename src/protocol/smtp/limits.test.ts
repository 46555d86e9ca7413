import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseLimits } from './limits.ts';

test('limits are read whatever their case and order; what is odd is passed over', () => {
  const table: [string, object][] = [
    ['MAILMAX=5 RCPTMAX=100 RCPTDOMAINMAX=1', { mailMax: 5, rcptMax: 100, rcptDomainMax: 1 }],
    ['rcptmax=7\tmailmax=1', { rcptMax: 7, mailMax: 1 }],
    ['', {}],
    ['RCPTMAX', {}],
    ['RCPTMAX=0 MAILMAX=-1', {}],
    ['RCPTMAX=1000000 MAILMAX=999999', { mailMax: 999999 }],
    ['RCPTMAX=1x MAILMAX= RCPTDOMAINMAX=2=3', {}],
    ['FUTURE=9 __PROTO__=1 CONSTRUCTOR=1 MAILMAX=2', { mailMax: 2 }],
    ['MAILMAX=9 MAILMAX=4', { mailMax: 4 }],
  ];
  for (const [text, expected] of table) assert.deepEqual(parseLimits(text), expected, text);
});
