// Rules as the editor has them: what createRule takes, with every field that a person may not have filled in yet.

import type { Answer, Input } from '../../api/call.ts';

type Body = NonNullable<Input<'createRule'>['body']>;
type ReadonlyCondition = Body['conditions'][number];
type ReadonlyAction = Body['actions'][number];

export type Condition = ReadonlyCondition;
export type Action = ReadonlyAction;
export type ConditionKind = Condition['on'];
export type ActionKind = Action['do'];
export type ConditionOf<Kind extends ConditionKind> = Extract<Condition, { on: Kind }>;
export type ActionOf<Kind extends ActionKind> = Extract<Action, { do: Kind }>;
export type Rule = Answer<'showRule'>;

/** What is being written. */
export interface Draft {
  name: string;
  enabled: boolean;
  last: boolean;
  conditions: readonly Condition[];
  actions: readonly Action[];
}

export const EMPTY_DRAFT: Draft = { name: '', enabled: true, last: false, conditions: [], actions: [{ do: 'hold' }] };

/** The API answers conditions and actions as `createRule` takes them. */
export function draftOf({
  name,
  enabled,
  last,
  conditions,
  actions,
}: Omit<Rule, 'id' | 'customer' | 'position' | 'made_from' | 'made_at' | 'changed_at' | 'changed_by'>): Draft {
  return {
    name,
    enabled,
    last,
    conditions: conditions as unknown as readonly Condition[],
    actions: actions as unknown as readonly Action[],
  };
}

/** Kinds of conditions as people look for them: who, what, when. */
export const CONDITION_GROUPS = {
  who: ['direction', 'sender', 'recipient', 'customer', 'stream'],
  message: ['size', 'recipients', 'header', 'fault'],
  attachments: ['attachment', 'attachment-type', 'attachment-name', 'attachment-size'],
  text: ['words', 'pattern', 'data', 'link', 'link-mismatch'],
  when: ['time'],
} as const satisfies Record<string, readonly ConditionKind[]>;

/** What becomes of the message, then what else is done. */
export const ACTION_GROUPS = {
  verdict: ['reject', 'quarantine', 'hold', 'later', 'pass'],
  change: ['remove-part', 'subject-tag', 'header', 'disclaimer'],
  tell: ['copy', 'notify'],
} as const satisfies Record<string, readonly ActionKind[]>;

export const TRAITS = [
  'executable',
  'script',
  'macro',
  'macro-autorun',
  'macro-xlm',
  'remote-template',
  'starts-program',
  'embedded-object',
  'archive',
  'disk-image',
  'encrypted',
  'bomb',
  'too-deep',
  'unreadable',
  'unopened',
  'path-trick',
  'type-mismatch',
  'name-trick',
] as const satisfies readonly ConditionOf<'attachment'>['has'][number][];

export const PLACES = ['anywhere', 'subject', 'body', 'attachments'] as const;
export const DATA = ['iban', 'card-number', 'lu-national-id'] as const;

/** A condition of this kind that nobody has filled in. */
export function newCondition(on: ConditionKind, zone: string): Condition {
  switch (on) {
    case 'direction':
      return { on, is: 'inbound' };
    case 'size':
    case 'attachment-size':
      return { on, over: 5_000_000 };
    case 'recipients':
      return { on, over: 50 };
    case 'header':
      return { on, name: '' };
    case 'attachment':
      return { on, has: [] };
    case 'fault':
    case 'link-mismatch':
      return { on };
    case 'words':
      return { on, in: [], where: 'anywhere' };
    case 'pattern':
      return { on, matches: '', where: 'anywhere' };
    case 'data':
      return { on, is: [] };
    case 'time':
      return { on, days: [1, 2, 3, 4, 5], from: '18:00', to: '08:00', zone };
    default:
      return { on, in: [] };
  }
}

/** An action of this kind that nobody has filled in. */
export function newAction(kind: ActionKind): Action {
  switch (kind) {
    case 'header':
      return { do: kind, name: 'X-', value: '' };
    case 'subject-tag':
      return { do: kind, text: '' };
    case 'disclaimer':
      return { do: kind, text: '' };
    case 'copy':
      return { do: kind, to: '' };
    case 'notify':
      return { do: kind, to: [] };
    default:
      return { do: kind };
  }
}

/** What is sent: without what was left empty. */
export function bodyOf(draft: Draft): Pick<Body, 'name' | 'enabled' | 'last' | 'conditions' | 'actions'> {
  const { name, enabled, last } = draft;
  return {
    name: name.trim(),
    enabled,
    last,
    conditions: draft.conditions.map(withoutEmpty),
    actions: draft.actions.map(withoutEmpty),
  };
}

const MAY_BE_LEFT_OUT = new Set(['note', 'html', 'has', 'matches', 'min', 'not']);

function withoutEmpty<T extends object>(said: T): T {
  const isPattern = 'on' in said && said.on === 'pattern';
  const kept = Object.entries(said).filter(([field, value]) => {
    const isEmpty = value === undefined || value === '';
    return !isEmpty || !MAY_BE_LEFT_OUT.has(field) || (isPattern && field === 'matches');
  });
  return Object.fromEntries(kept) as T;
}

/** The strictest of what the actions say; the words of the queue. */
const STRICTNESS = ['reject', 'quarantine', 'hold', 'later', 'strip', 'tag', 'pass'] as const;
export type VerdictWord = (typeof STRICTNESS)[number];

export function verdictOf(actions: readonly { do: string }[]): VerdictWord {
  const words = actions.map(({ do: kind }): VerdictWord => {
    if (kind === 'remove-part') return 'strip';
    if (kind === 'header' || kind === 'subject-tag' || kind === 'disclaimer') return 'tag';
    return STRICTNESS.find((word) => word === kind) ?? 'pass';
  });
  return STRICTNESS.find((word) => words.includes(word)) ?? 'pass';
}
