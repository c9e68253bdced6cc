/**
 * Waits for work that the signal cannot end, for as long as the signal does not come. Takes its
 * listener back: of a signal that lives as long as the command, a loop would leave one each time round.
 * @throws the signal's reason; what the work throws after that goes unheeded.
 */
export async function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([aborted, work]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
