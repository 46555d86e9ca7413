// What the forms of protection send, and what they read out of a message that is pasted.

import assert from 'node:assert/strict';
import test from 'node:test';

// By their names alone: the portal is typed for browsers.
const load = async (name: string): Promise<unknown> =>
  import(new URL(`../../portal/src/pages/protection/${name}.ts`, import.meta.url).href);

interface RuleShapes {
  CONDITION_GROUPS: Readonly<Record<string, readonly string[]>>;
  EMPTY_DRAFT: object;
  bodyOf(draft: object): { name: string; conditions: unknown[]; actions: unknown[] };
  newCondition(kind: string, zone: string): { on: string };
  verdictOf(actions: readonly { do: string }[]): string;
}

interface DryRunMessage {
  addressesIn(text: string): { from: string | undefined; to: string[] };
  messageBytes(source: { from: 'text'; text: string }): Promise<Uint8Array>;
  toBase64(bytes: Uint8Array): string;
}

interface SettingsShapes {
  changeOf(wishes: object): { set: object; inherit: string[] };
  withWish(wishes: object, key: string, wish: unknown, view: object): object;
}

const rules = (await load('rule-shapes')) as RuleShapes;
const message = (await load('dry-run-message')) as DryRunMessage;
const settings = (await load('settings-shapes')) as SettingsShapes;

test('what was left empty is not sent, but for what a rule cannot do without', () => {
  const body = rules.bodyOf({
    ...rules.EMPTY_DRAFT,
    name: ' Board ',
    conditions: [
      { on: 'header', name: 'X-Origin', has: '', matches: '' },
      { on: 'pattern', matches: '', where: 'body' },
    ],
    actions: [{ do: 'hold', note: '' }],
  });
  assert.equal(body.name, 'Board');
  const pattern = { on: 'pattern', matches: '', where: 'body' };
  assert.deepEqual(body.conditions, [{ on: 'header', name: 'X-Origin' }, pattern]);
  assert.deepEqual(body.actions, [{ do: 'hold' }]);
});

test('every kind of condition can be begun, and the strictest action is the verdict', () => {
  const kinds = Object.values(rules.CONDITION_GROUPS).flat();
  assert.ok(kinds.length > 15);
  for (const kind of kinds) assert.equal(rules.newCondition(kind, 'Europe/Luxembourg').on, kind);
  assert.equal(rules.verdictOf([{ do: 'subject-tag' }, { do: 'quarantine' }, { do: 'copy' }]), 'quarantine');
  assert.equal(rules.verdictOf([{ do: 'notify' }]), 'pass');
  assert.equal(rules.verdictOf([{ do: 'header' }, { do: 'remove-part' }]), 'strip');
});

test('sender and recipients are read from a header, folded or not', async () => {
  const text = 'From: "Ann, A." <ann@acme.test>\nTo: <b@there.test>,\n c@there.test\nSubject: x\n\nTo: no@there.test\n';
  assert.deepEqual(message.addressesIn(text), { from: 'ann@acme.test', to: ['b@there.test', 'c@there.test'] });
  assert.deepEqual(message.addressesIn('no header'), { from: undefined, to: [] });
  const bytes = await message.messageBytes({ from: 'text', text: 'Grüße' });
  assert.equal(message.toBase64(bytes), Buffer.from('Grüße').toString('base64'));
  assert.equal((await message.messageBytes({ from: 'text', text: ' \n' })).length, 0);
});

test('of settings, what asks for what is so is no change; the rest is said or inherited', () => {
  const view = { value: 12, origin: 'built-in', inherited: 12, changeable: true };
  const first = settings.withWish({}, 'spam_reject', { to: 15 }, view);
  const both = settings.withWish(first, 'virus', 'inherit', { ...view, value: 'reject' });
  assert.deepEqual(settings.changeOf(both), { set: { spam_reject: 15 }, inherit: ['virus'] });
  assert.deepEqual(settings.withWish(both, 'spam_reject', { to: 12 }, view), { virus: 'inherit' });
});
