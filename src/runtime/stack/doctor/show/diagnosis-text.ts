import type { Check, Diagnosis } from "../diagnosis.ts";

const marks = { ok: "ok     ", warning: "note   ", missing: "MISSING" } as const;

export function diagnosisText({ engine, why, checks }: Diagnosis): string {
  const verdict =
    engine === null
      ? `\`orders up\` cannot run: ${why}`
      : `\`orders up\` would use the engine ${engine}: ${why}`;
  return [...checks.map(checkText), "", verdict].join("\n");
}

function checkText({ name, state, found, why, remedy }: Check): string {
  const lines = [`${marks[state]} ${name}: ${found}`];
  if (why !== null) lines.push(`          Why it matters: ${why}`);
  if (remedy !== null) lines.push(`          What to do: ${remedy}`);
  return lines.join("\n");
}
