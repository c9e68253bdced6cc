import { Failure } from "../../failure/failure.ts";
import type { ResolvedSettings } from "../settings/resolved-settings.ts";
import { chooseEngine, type EngineChoice } from "./engines/choose-engine.ts";
import type { EngineName } from "./engines/engine.ts";
import { gatherEvidence } from "./engines/gather-evidence.ts";
import { stackDirectory } from "./stack-paths.ts";
import { readStackRecord } from "./stack-record.ts";
import { lastStackSettings } from "./stack-settings.ts";

/**
 * The engine for a stack on this machine, and why.
 * @throws the Failure that says what is missing.
 */
export async function chooseStackEngine(
  stack: string,
  asked: EngineName | "auto",
  resolved: ResolvedSettings,
): Promise<EngineChoice> {
  const record = readStackRecord(stackDirectory(stack));
  const choice = chooseEngine(
    await gatherEvidence({
      asked,
      resolved,
      stackEngine: record?.engine,
      stackSettings: lastStackSettings(stack),
    }),
  );
  if (choice instanceof Failure) throw choice;
  // What decided at first says more than that it was decided.
  return asked === "auto" && record?.engine === choice.engine
    ? { engine: choice.engine, why: record.why }
    : choice;
}
