import { Failure } from "../../../failure/failure.ts";
import { parsePointInTime } from "../../../runtime/settings/parse-point-in-time.ts";

/** Where to begin. */
export type TailStart =
  | { readonly kind: "earliest" }
  | { readonly kind: "latest" }
  | { readonly kind: "offset"; readonly offset: number }
  | { readonly kind: "time"; readonly ms: number };

/** Pure: `earliest`, `latest`, `4711`, `15m`, `2026-11-22T10:00:00Z`. @throws Failure("usage") */
export function parseTailStart(text: string, nowMs: number): TailStart {
  if (text === "earliest" || text === "latest") return { kind: text };
  if (/^\d{1,15}$/.test(text)) return { kind: "offset", offset: Number(text) };
  if (/^[a-z]+$/i.test(text)) {
    throw new Failure("usage", {
      what: `--from ${text.slice(0, 40)} is not understood`,
      remedy:
        "write earliest, latest, an offset, how long ago (15m), or a date with or without time",
    });
  }
  return { kind: "time", ms: parsePointInTime(text, "--from", nowMs).getTime() };
}
