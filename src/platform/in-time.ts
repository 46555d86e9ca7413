// Waiting with a deadline.

/** The value, or nothing where it does not come within so many milliseconds. Rejects where the promise does. */
export async function inTime<T>(promise: Promise<T>, deadlineMs: number): Promise<T | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), deadlineMs);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
