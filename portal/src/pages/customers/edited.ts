// What a person is changing while others may change it too: nothing typed is lost, and what changed meanwhile is shown.

import { useEffect, useState } from 'react';
import { ApiProblem } from '../../api/problem.ts';

/** Something as it was read, with its version. */
export interface Kept<T> {
  data: T;
  tag: string | undefined;
}

export interface Edited<T> {
  draft: T;
  change: (patch: Partial<T>) => void;
  /** Something was typed that is not saved. */
  isChanged: boolean;
  isSaving: boolean;
  error: unknown;
  /** What is there now instead of what was read; set where a save was refused for it. */
  theirs: Kept<T> | undefined;
  base: T;
  /** Saves; answers whether it did. */
  save: () => Promise<boolean>;
  /** Saves what was typed over what is there now; what was not touched stays as others made it. */
  saveOver: () => Promise<boolean>;
  takeTheirs: () => void;
  reset: () => void;
}

interface EditedOptions<T> {
  kept: Kept<T>;
  /** Saves; answers what is there then. */
  save: (draft: T, before: Kept<T>) => Promise<unknown>;
  /** Reads what is there now. */
  read: () => Promise<Kept<T>>;
}

const CHANGED_MEANWHILE = 412;

type Trouble<T> = { error: unknown; theirs?: Kept<T> };

export function useEdited<T extends object>({ kept, save, read }: EditedOptions<T>): Edited<T> {
  const [base, setBase] = useState(kept);
  const [draft, setDraft] = useState(kept.data);
  const [isSaving, setSaving] = useState(false);
  const [trouble, setTrouble] = useState<Trouble<T>>();
  const isChanged = !isSame(draft, base.data);
  useEffect(() => {
    // What was read anew takes the place of what was shown, unless somebody is typing.
    if (isChanged || isSaving || kept.tag === base.tag) return;
    setBase(kept);
    setDraft(kept.data);
  }, [kept, base.tag, isChanged, isSaving]);

  const saveOn = async (from: Kept<T>, typed: T): Promise<boolean> => {
    setSaving(true);
    setTrouble(undefined);
    try {
      await save(typed, from);
      const now = await read();
      setBase(now);
      setDraft(now.data);
      return true;
    } catch (error) {
      setTrouble(await troubleOf(error, read));
      return false;
    } finally {
      setSaving(false);
    }
  };
  return {
    draft,
    change: (patch) => setDraft((before) => ({ ...before, ...patch })),
    isChanged,
    isSaving,
    error: trouble?.theirs === undefined ? trouble?.error : undefined,
    theirs: trouble?.theirs,
    base: base.data,
    save: () => saveOn(base, draft),
    saveOver: async () => {
      if (trouble?.theirs === undefined) return false;
      const merged = mergedOf(draft, base.data, trouble.theirs.data);
      setBase(trouble.theirs);
      setDraft(merged);
      return saveOn(trouble.theirs, merged);
    },
    takeTheirs: () => {
      if (trouble?.theirs === undefined) return;
      setBase(trouble.theirs);
      setDraft(trouble.theirs.data);
      setTrouble(undefined);
    },
    reset: () => {
      setDraft(base.data);
      setTrouble(undefined);
    },
  };
}

/** What is there now, with what was typed in its place. */
function mergedOf<T extends object>(typed: T, before: T, now: T): T {
  const touched = Object.entries(typed).filter(([key, value]) => !isSame(value, before[key as keyof T]));
  return { ...now, ...Object.fromEntries(touched) };
}

async function troubleOf<T>(error: unknown, read: () => Promise<Kept<T>>): Promise<Trouble<T>> {
  if (!(error instanceof ApiProblem) || error.status !== CHANGED_MEANWHILE) return { error };
  try {
    return { error, theirs: await read() };
  } catch {
    // Not to be read either: the refusal is what there is to show.
    return { error };
  }
}

export function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
