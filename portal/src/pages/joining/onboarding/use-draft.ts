// The entry while it is typed: checked a moment after each key, saved when a field is left, and never lost.

import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { call, callWithTag } from '../../../api/call.ts';
import { ApiProblem } from '../../../api/problem.ts';
import { canBeSaved, type Draft, type EntryFault, formatFaults } from './entry-checks.ts';

/** So long after the last key the relay is asked. */
const CHECK_AFTER_MS = 600;
/** Who pauses so long has typed what was meant. */
const SAVE_AFTER_MS = 4000;

export type Saving = 'saved' | 'unsaved' | 'saving' | 'failed' | 'conflict';

export interface DraftState {
  draft: Draft;
  change: (patch: Partial<Draft>) => void;
  /** Whether all is saved afterwards. */
  save: () => Promise<boolean>;
  saving: Saving;
  error: unknown;
  /** Version that was saved last, for submitting it. */
  tag: string | undefined;
  faults: readonly EntryFault[];
  /** From now on empty fields count as faults. */
  complete: () => void;
}

interface Loaded {
  draft: Draft;
  tag: string | undefined;
  faults: readonly EntryFault[];
}

export function useDraft(token: string, loaded: Loaded): DraftState {
  const [draft, setDraft] = useState(loaded.draft);
  const [isComplete, setComplete] = useState(false);
  const saver = useSaver(token, loaded);
  const asked = useServerFaults(token, draft, { first: loaded.faults, isChanged: saver.saving !== 'saved' });
  const change = (patch: Partial<Draft>) => {
    const next = { ...draft, ...patch };
    setDraft(next);
    saver.changed(next);
  };
  const faults = useMemo(() => {
    const local = formatFaults(draft, isComplete);
    const fields = new Set(local.map(({ field }) => field));
    const isOpen = (fault: EntryFault) => isComplete || !isAboutEmpty(draft, fault);
    return [...local, ...asked.filter((fault) => !fields.has(fault.field) && isOpen(fault))];
  }, [draft, asked, isComplete]);
  const save = () => saver.save((kept) => setDraft((now) => withoutSecrets(now, kept)));
  return { draft, change, save, ...saver.state, faults, complete: useCallback(() => setComplete(true), []) };
}

/** Where nothing was typed yet nothing is wrong yet. */
function isAboutEmpty(draft: Draft, { field }: EntryFault): boolean {
  const [list = '', index, key = ''] = field.split('.');
  if (index === undefined) return true;
  const entries = draft[list as keyof Draft];
  const entry: unknown = Array.isArray(entries) ? entries[Number(index)] : undefined;
  const value = (entry as Readonly<Record<string, unknown>> | undefined)?.[key];
  return value === '' || entry === undefined;
}

/** Once a secret was kept, its hash stands in its place. */
function withoutSecrets(now: Draft, kept: Draft): Draft {
  const sources = now.sources.map((source, i) => {
    const { proof } = source;
    const isSecret = typeof proof === 'object' && 'secret' in proof;
    return isSecret && kept.sources[i]?.network === source.network ? { ...source, proof: kept.sources[i]?.proof } : source;
  });
  return { ...now, sources };
}

function useServerFaults(token: string, draft: Draft, known: { first: readonly EntryFault[]; isChanged: boolean }) {
  const [faults, setFaults] = useState(known.first);
  const { isChanged } = known;
  useEffect(() => {
    if (!isChanged || !canBeSaved(draft)) return undefined;
    const ended = new AbortController();
    const timer = setTimeout(() => {
      call('checkOnboarding', { link: token, body: patchOf(draft), signal: ended.signal })
        .then((answer) => setFaults(answer.faults.map(faultOf)))
        // What the relay cannot be asked now it says when it is saved.
        .catch(() => undefined);
    }, CHECK_AFTER_MS);
    return () => {
      clearTimeout(timer);
      ended.abort();
    };
  }, [token, draft, isChanged]);
  return faults;
}

/** A fault of the API. */
export function faultOf(fault: {
  field: string;
  message: string;
  code?: string | undefined;
  values?: Readonly<Record<string, string>> | undefined;
}): EntryFault {
  return { field: fault.field, code: fault.code ?? 'other', message: fault.message, values: fault.values ?? {} };
}

function patchOf({ test_recipient, ...draft }: Draft) {
  return { ...draft, test_recipient: test_recipient === undefined || test_recipient === '' ? null : test_recipient };
}

/** Saves one version after the other: what is typed while one is on its way goes with the next. */
function useSaver(token: string, loaded: Loaded) {
  const queries = useQueryClient();
  const [state, setState] = useState<{ saving: Saving; error: unknown; tag: string | undefined }>({
    saving: 'saved',
    error: undefined,
    tag: loaded.tag,
  });
  const newest = useRef(loaded.draft);
  const saved = useRef(loaded.draft);
  const tag = useRef(loaded.tag);
  const running = useRef<Promise<boolean>>(undefined);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  const run = async (kept: (draft: Draft) => void): Promise<boolean> => {
    for (let sent = newest.current; sent !== saved.current; sent = newest.current) {
      if (!canBeSaved(sent)) return false;
      setState((now) => ({ ...now, saving: 'saving', error: undefined }));
      try {
        const answer = await callWithTag('patchOnboarding', { link: token, ifMatch: tag.current, body: patchOf(sent) });
        tag.current = answer.tag;
        if (newest.current === sent) newest.current = withoutSecrets(sent, answer.data.entry);
        saved.current = newest.current === sent || answer.tag !== undefined ? (newest.current === sent ? sent : saved.current) : sent;
        kept(answer.data.entry);
        if (newest.current.sources !== sent.sources || newest.current === sent) saved.current = newest.current;
        setState({ saving: 'saved', error: undefined, tag: answer.tag });
      } catch (error) {
        const isConflict = error instanceof ApiProblem && error.status === 412;
        setState((now) => ({ ...now, saving: isConflict ? 'conflict' : 'failed', error }));
        return false;
      }
    }
    void queries.invalidateQueries({ queryKey: ['getOnboardingRecords'] });
    void queries.invalidateQueries({ queryKey: ['getOnboardingChecks'] });
    return true;
  };
  const save = (kept: (draft: Draft) => void): Promise<boolean> => {
    clearTimeout(timer.current);
    running.current ??= run(kept).finally(() => {
      running.current = undefined;
    });
    return running.current;
  };
  return {
    state,
    saving: state.saving,
    save,
    changed: (draft: Draft) => {
      newest.current = draft;
      setState((now) => ({ ...now, saving: now.saving === 'conflict' ? 'conflict' : 'unsaved' }));
      clearTimeout(timer.current);
      timer.current = setTimeout(() => void save(() => undefined), SAVE_AFTER_MS);
    },
  };
}
