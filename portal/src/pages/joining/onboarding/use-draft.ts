// The entry while it is typed: checked a moment after each key, saved when a field is left, and never lost.

import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { call, callWithTag, type Input } from '../../../api/call.ts';
import { ApiProblem } from '../../../api/problem.ts';
import type { Values } from '../../../relay-words.ts';
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
  /** Saves over what was changed elsewhere meanwhile. */
  saveOver: () => Promise<boolean>;
  saving: Saving;
  error: unknown;
  /** Version that was saved last, for submitting it. */
  newestTag: () => string | undefined;
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
  const saver = useSaver(
    token,
    loaded,
    useCallback((kept: Draft) => setDraft((now) => withoutSecrets(now, kept)), []),
  );
  useAtLeaving({ hidden: () => void saver.save(), gone: saver.leave, back: () => void saver.save() });
  const { takeOver } = saver;
  // What another one has saved meanwhile is shown, where nothing was typed here that it is not.
  useEffect(() => {
    if (takeOver(loaded)) setDraft(loaded.draft);
  }, [takeOver, loaded]);
  const asked = useServerFaults(token, draft, loaded);
  const { error } = saver.state;
  const refused = useMemo(() => (error instanceof ApiProblem ? error.faults.map(faultOf) : []), [error]);
  const change = (patch: Partial<Draft>) => {
    const next = { ...draft, ...patch };
    setDraft(next);
    saver.changed(next);
  };
  const faults = useMemo(() => {
    const local = formatFaults(draft, isComplete);
    const fields = new Set(local.map(({ field }) => field));
    const isOpen = (fault: EntryFault) => isComplete || !isAboutEmpty(draft, fault);
    return [...local, ...[...refused, ...asked].filter((fault) => !fields.has(fault.field) && isOpen(fault))];
  }, [draft, refused, asked, isComplete]);
  const complete = useCallback(() => setComplete(true), []);
  return {
    draft,
    change,
    save: saver.save,
    saveOver: saver.saveOver,
    newestTag: saver.newestTag,
    ...saver.state,
    faults,
    complete,
  };
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
    return isSecret && kept.sources[i]?.network === source.network
      ? { ...source, proof: kept.sources[i]?.proof }
      : source;
  });
  return { ...now, sources };
}

function useServerFaults(token: string, draft: Draft, loaded: Loaded): readonly EntryFault[] {
  const [faults, setFaults] = useState(loaded.faults);
  const first = useRef(draft);
  useEffect(() => {
    if (draft === first.current || !canBeSaved(draft)) return undefined;
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
  }, [token, draft]);
  return faults;
}

/** A fault of the API. */
export function faultOf(fault: {
  field: string;
  message: string;
  code?: string | undefined;
  values?: Values | undefined;
}): EntryFault {
  return { field: fault.field, code: fault.code, message: fault.message, values: fault.values ?? {} };
}

function patchOf({ test_recipient, ...draft }: Draft): Input<'patchOnboarding'>['body'] {
  const patch = {
    ...draft,
    test_recipient: test_recipient === undefined || test_recipient === '' ? null : test_recipient,
  };
  // What is sent may hold a secret, which the relay turns into its hash.
  return patch as Input<'patchOnboarding'>['body'];
}

/** The parts of the entry that are not as they were. */
function changedParts(before: Draft, now: Draft): ReturnType<typeof patchOf> {
  const old: Readonly<Record<string, unknown>> = { ...patchOf(before) };
  const changed = Object.entries(patchOf(now)).filter(
    ([part, value]) => JSON.stringify(value) !== JSON.stringify(old[part]),
  );
  return Object.fromEntries(changed);
}

/**
 * Sends what is newer than a version that is on its way beside that one: all that has changed since the last answer,
 * since either may come first.
 */
function sendBeside(token: string, { before, now }: { before: Draft; now: Draft }): void {
  if (!canBeSaved(now)) return;
  const body = changedParts(before, now);
  void call('patchOnboarding', { link: token, ifMatch: '*', body, outlivesPage: true }).catch(() => undefined);
}

/** Reads anew what hangs on what was saved. */
function useChecksAgain(): () => void {
  const queries = useQueryClient();
  return () => {
    for (const id of ['getOnboardingRecords', 'getOnboardingChecks'])
      void queries.invalidateQueries({ queryKey: [id] });
  };
}

interface SaveState {
  saving: Saving;
  error: unknown;
}

/** What was typed, sent and kept, by the number of the version. */
function useVersions(loaded: Loaded) {
  const newest = useRef({ draft: loaded.draft, count: 0 });
  const done = useRef({ draft: loaded.draft, count: 0, tag: loaded.tag });
  /** Of the version that is on its way. */
  const sent = useRef(0);
  const running = useRef<Promise<boolean>>(undefined);
  /** Somebody else saved meanwhile: nothing is saved until a person has chosen. */
  const isBehind = useRef(false);
  /** The version of somebody else, where it is newer and all of this one is kept. */
  const takeOver = useCallback(({ draft, tag }: Loaded): boolean => {
    const isKept = newest.current.count === done.current.count && running.current === undefined && !isBehind.current;
    if (!isKept || numberOf(tag) <= numberOf(done.current.tag)) return false;
    newest.current = { ...newest.current, draft };
    done.current = { ...done.current, draft, tag };
    return true;
  }, []);
  return { newest, done, sent, running, isBehind, takeOver };
}

/** Of a version; an answer that is older than what was saved since comes late. */
function numberOf(tag: string | undefined): number {
  return Number(/^"(\d+)"$/.exec(tag ?? '')?.[1] ?? 0);
}

/** Saves one version after the other: what is typed while one is on its way goes with the next. */
function useSaver(token: string, loaded: Loaded, onKept: (kept: Draft) => void) {
  const readChecksAgain = useChecksAgain();
  const [state, setState] = useState<SaveState>({ saving: 'saved', error: undefined });
  const { newest, done, sent, running, isBehind, takeOver } = useVersions(loaded);
  const later = useLater(SAVE_AFTER_MS);

  const saveOne = async ({ draft, count }: { draft: Draft; count: number }): Promise<boolean> => {
    setState((now) => ({ ...now, saving: 'saving', error: undefined }));
    sent.current = count;
    try {
      const input = { link: token, ifMatch: done.current.tag, body: patchOf(draft), outlivesPage: true };
      const { data, tag } = await callWithTag('patchOnboarding', input);
      done.current = { draft: data.entry, count, tag };
      newest.current = { ...newest.current, draft: withoutSecrets(newest.current.draft, data.entry) };
      onKept(data.entry);
      setState({ saving: newest.current.count === count ? 'saved' : 'unsaved', error: undefined });
      return true;
    } catch (error) {
      isBehind.current = error instanceof ApiProblem && error.status === 412;
      setState({ saving: isBehind.current ? 'conflict' : 'failed', error });
      return false;
    }
  };
  const saveAll = async (): Promise<boolean> => {
    if (newest.current.count === done.current.count) return true;
    while (newest.current.count !== done.current.count) {
      if (!canBeSaved(newest.current.draft) || !(await saveOne(newest.current))) return false;
    }
    readChecksAgain();
    return true;
  };
  const save = (): Promise<boolean> => {
    later.drop();
    if (isBehind.current) return Promise.resolve(false);
    running.current ??= saveAll().finally(() => {
      running.current = undefined;
    });
    return running.current;
  };
  // As `save`, for a page that nobody comes back to: what waits for an answer there would not be sent any more.
  const leave = () => {
    const isNewer = newest.current.count !== sent.current;
    if (running.current === undefined) void save();
    else if (isNewer && !isBehind.current) sendBeside(token, { before: done.current.draft, now: newest.current.draft });
  };
  const saveOver = async (): Promise<boolean> => {
    try {
      done.current.tag = (await callWithTag('getOnboarding', { link: token })).tag;
      isBehind.current = false;
    } catch (error) {
      setState({ saving: 'failed', error });
      return false;
    }
    return save();
  };
  const changed = (draft: Draft) => {
    newest.current = { draft, count: newest.current.count + 1 };
    setState((now) => ({ ...now, saving: now.saving === 'conflict' ? 'conflict' : 'unsaved' }));
    later.plan(() => void save());
  };
  return { state, save, leave, saveOver, changed, takeOver, newestTag: () => done.current.tag };
}

/** Whoever closes the tab, or turns to another one, types no more: nothing waits for its time. Nor does it once the network is `back`. */
function useAtLeaving(acts: { hidden: () => void; gone: () => void; back: () => void }) {
  const newest = useRef(acts);
  useEffect(() => {
    newest.current = acts;
  });
  useEffect(() => {
    const hidden = () => {
      if (document.visibilityState === 'hidden') newest.current.hidden();
    };
    const gone = () => newest.current.gone();
    const back = () => newest.current.back();
    document.addEventListener('visibilitychange', hidden);
    window.addEventListener('pagehide', gone);
    window.addEventListener('online', back);
    return () => {
      document.removeEventListener('visibilitychange', hidden);
      window.removeEventListener('pagehide', gone);
      window.removeEventListener('online', back);
    };
  }, []);
}

/** One act that waits for its time; a newer one takes its place. */
function useLater(afterMs: number) {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const drop = () => clearTimeout(timer.current);
  useEffect(() => drop, []);
  const plan = (act: () => void) => {
    drop();
    timer.current = setTimeout(act, afterMs);
  };
  return { plan, drop };
}
