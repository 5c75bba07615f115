/**
 * Runs tasks side by side and waits for all of them. When one fails, the others are aborted through their signal, and
 * the first error is thrown once they have ended: nobody is left starting something behind our back.
 */
export async function together<T>(
  signal: AbortSignal,
  tasks: readonly ((signal: AbortSignal) => Promise<T>)[],
): Promise<T[]> {
  const failure = new AbortController();
  const either = AbortSignal.any([signal, failure.signal]);
  const results = await Promise.allSettled(
    tasks.map((task) =>
      task(either).catch((error) => {
        failure.abort(error);
        throw error;
      }),
    ),
  );
  if (failure.signal.aborted) throw failure.signal.reason; // the first error, which aborted the rest
  return results.map((result) => (result as PromiseFulfilledResult<T>).value);
}
