// The stream of what moves: the last minutes of it, whether it comes, and holding it still.

import { useReducedMotion } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { type Answer, addressOf } from '../../../api/call.ts';
import { SESSION_KEY } from '../../../session.ts';

/** What the stream tells every second. */
export type Frame = Answer<'watchLive'>;
/** Mail since the frame before, in one direction. */
export type Flow = Frame['inbound'];
/** How the relay is from second to second. */
export type RelayNow = NonNullable<Frame['relay']>;

/** `lost`: it broke, and is asked for again. */
export type LiveState = 'connecting' | 'live' | 'lost';

export interface Live {
  state: LiveState;
  /** The oldest first; as they are drawn now. */
  frames: readonly Frame[];
  paused: boolean;
  setPaused: (paused: boolean) => void;
  /** Opens the stream anew, without waiting until it does so by itself. */
  again: () => void;
}

/** Two minutes. */
export const SHOWN_FRAMES = 120;
/** Without a frame for so long it counts as broken. */
const SILENCE_MS = 6000;
const AGAIN_MS = 5000;
/** Whoever wants little to move sees it anew so often, once all of it is there. */
const STILL_MS = 5000;

export function useLive(customer: string | undefined): Live {
  const [state, setState] = useState<LiveState>('connecting');
  const [frames, setFrames] = useState<readonly Frame[]>([]);
  const [paused, setPaused] = useState(false);
  const [tries, setTries] = useState(0);
  const heard = useRef<readonly Frame[]>([]);
  const show = useRef({ paused, everyMs: 0, shownAt: Number.NEGATIVE_INFINITY });
  show.current.paused = paused;
  show.current.everyMs = useReducedMotion() ? STILL_MS : 0;

  const take = useCallback((frame: Frame) => {
    heard.current = [...heard.current, frame].slice(-SHOWN_FRAMES);
    const now = performance.now();
    if (show.current.paused || now - show.current.shownAt < show.current.everyMs) return;
    if (frame.queue !== null) show.current.shownAt = now;
    setFrames(heard.current);
  }, []);
  useStream({ customer, tries, take, setState });
  useEffect(() => {
    heard.current = [];
    show.current.shownAt = Number.NEGATIVE_INFINITY;
    setFrames([]);
  }, [customer]);

  return {
    state,
    frames,
    paused,
    again: () => setTries(tries + 1),
    setPaused: (next) => {
      setPaused(next);
      if (!next) setFrames(heard.current);
    },
  };
}

/** Keeps a stream open as long as the page is; one that breaks is asked for again. */
function useStream({
  customer,
  tries,
  take,
  setState,
}: {
  customer: string | undefined;
  /** Another one: a stream of its own. */
  tries: number;
  take: (frame: Frame) => void;
  setState: (state: LiveState) => void;
}): void {
  const queries = useQueryClient();
  useEffect(() => {
    const address = addressOf('watchLive', { query: { customer } });
    let source: EventSource;
    let silence: number | undefined;
    const open = () => {
      source = new EventSource(address);
      source.addEventListener('message', ({ data }: MessageEvent<string>) => {
        setState('live');
        wait(SILENCE_MS);
        take(JSON.parse(data) as Frame);
      });
      source.addEventListener('error', () => {
        setState('lost');
        wait(AGAIN_MS);
        // Perhaps the session has ended; whoever asks for it says so, and the person can sign in.
        void queries.invalidateQueries({ queryKey: SESSION_KEY });
      });
    };
    const wait = (ms: number) => {
      window.clearTimeout(silence);
      silence = window.setTimeout(() => {
        setState('lost');
        source.close();
        open();
        wait(AGAIN_MS);
      }, ms);
    };
    setState('connecting');
    open();
    wait(SILENCE_MS);
    return () => {
      window.clearTimeout(silence);
      source.close();
    };
  }, [customer, tries, take, setState, queries]);
}
