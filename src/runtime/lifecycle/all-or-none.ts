/**
 * Runs parts of one thing at the same time. When one fails the others are told by their signal, and
 * waited for: nothing goes on behind the caller's back.
 * @throws what failed first, or the reason of `signal`.
 */
export async function allOrNone<T extends readonly unknown[]>(
  signal: AbortSignal,
  parts: { readonly [K in keyof T]: (signal: AbortSignal) => Promise<T[K]> },
): Promise<T> {
  const failed = new AbortController();
  const both = AbortSignal.any([signal, failed.signal]);
  const results = await Promise.allSettled(
    parts.map(async (part) => {
      try {
        return await part(both);
      } catch (error) {
        failed.abort(error);
        throw error;
      }
    }),
  );
  if (failed.signal.aborted) throw failed.signal.reason;
  return results.map((result) => (result as PromiseFulfilledResult<unknown>).value) as unknown as T;
}
