// The private keys that this thread has in use. Main has all of them, sealed; a thread asks for those it needs and keeps
// them for as long as they are used.

import { createPrivateKey, type KeyObject } from 'node:crypto';

/** A key for the id, or nothing where it cannot be had now. Never rejects. */
export interface SigningKeys {
  get(id: number): KeyObject | Promise<KeyObject | undefined>;
  /** Main's answer to a question: PKCS #8 in DER, or nothing. */
  answer(id: number, der: Uint8Array | undefined): void;
}

/** An RSA key takes a few kilobytes beside the heap. */
const KEPT = 5000;
/** Main answers in a millisecond, if it can; a question that was lost is asked again by the next message. */
const ANSWER_MS = 5000;

interface Question {
  promise: Promise<KeyObject | undefined>;
  resolve: (key: KeyObject | undefined) => void;
  timer: NodeJS.Timeout;
}

/** Keeps keys in use; `ask` puts the question to main. */
export function createSigningKeys(
  ask: (id: number) => void,
  options: { kept?: number; answerMs?: number } = {},
): SigningKeys {
  const { kept = KEPT, answerMs = ANSWER_MS } = options;
  /** In order of use, the longest unused first. */
  const keys = new Map<number, KeyObject>();
  const questions = new Map<number, Question>();

  function question(id: number): Promise<KeyObject | undefined> {
    const asked = questions.get(id);
    if (asked !== undefined) return asked.promise;
    const { promise, resolve } = Promise.withResolvers<KeyObject | undefined>();
    const timer = setTimeout(() => settle(id, undefined), answerMs);
    timer.unref();
    questions.set(id, { promise, resolve, timer });
    ask(id);
    return promise;
  }

  function settle(id: number, key: KeyObject | undefined): void {
    const asked = questions.get(id);
    questions.delete(id);
    clearTimeout(asked?.timer);
    asked?.resolve(key);
  }

  return {
    get(id) {
      const key = keys.get(id);
      if (key === undefined) return question(id);
      keys.delete(id);
      keys.set(id, key);
      return key;
    },
    answer(id, der) {
      const key = der === undefined ? undefined : readKey(der);
      if (key !== undefined) {
        keys.set(id, key);
        const [oldest] = keys.size > kept ? keys.keys() : [];
        if (oldest !== undefined) keys.delete(oldest);
      }
      settle(id, key);
    },
  };
}

function readKey(der: Uint8Array): KeyObject | undefined {
  try {
    return createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' });
  } catch {
    // What is no key is a key that cannot be had: the mail waits, and main has logged what it sent.
    return undefined;
  }
}
