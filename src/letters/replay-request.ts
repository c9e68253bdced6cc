import { Failure } from "../failure/failure.ts";
import { type LetterRef, parseLetterRef } from "./letter-ref.ts";

/** Pure: exactly one of letters by name, a reason, and all. @throws Failure("usage") otherwise. */
export function replayRequest(
  names: readonly string[],
  { reason, all }: { readonly reason: string | undefined; readonly all: boolean },
): { readonly refs: readonly LetterRef[]; readonly reason: string | undefined } {
  const ways = [names.length > 0, reason !== undefined, all].filter(Boolean).length;
  if (ways !== 1) {
    throw new Failure("usage", {
      what:
        ways === 0 ? "no dead letter is named" : "letters, --reason and --all exclude each other",
      remedy: "give ids (see `orders dlq list`), or --reason REASON, or --all",
    });
  }
  return { refs: names.map(parseLetterRef), reason };
}
