import { Failure } from "../../../failure/failure.ts";
import type { ResolvedSettings } from "../../settings/resolved-settings.ts";
import { chooseEngine, missingFor } from "../engines/choose-engine.ts";
import { gatherEvidence } from "../engines/gather-evidence.ts";
import { stackDirectory } from "../stack-paths.ts";
import { readStackRecord } from "../stack-record.ts";
import { lastStackSettings, stackSettings } from "../stack-settings.ts";
import { checkDatabase } from "./check-database.ts";
import { checkDisk } from "./check-disk.ts";
import { checkKafka } from "./check-kafka.ts";
import { checkNode, checkPrograms } from "./check-machine.ts";
import { checkPlaces } from "./check-places.ts";
import { checkPorts } from "./check-ports.ts";
import type { Check, Diagnosis } from "./diagnosis.ts";

/** Looks at everything `orders up` depends on. Starts nothing, changes nothing, ends within seconds. */
export async function diagnose(stack: string, resolved: ResolvedSettings): Promise<Diagnosis> {
  const directory = stackDirectory(stack);
  const known = stackSettings(stack);
  const evidence = await gatherEvidence({
    asked: "auto",
    resolved,
    stackEngine: readStackRecord(directory)?.engine,
    stackSettings: lastStackSettings(stack),
  });
  const choice = chooseEngine(evidence);
  const engines = (["docker", "local"] as const).map((engine): Check => {
    const missing = missingFor(engine, evidence);
    const name = `engine ${engine}`;
    if (missing.length === 0)
      return { name, state: "ok", found: "can run", why: null, remedy: null };
    return {
      name,
      // One engine is enough.
      state: choice instanceof Failure ? "missing" : "warning",
      found: `cannot run: ${missing.map(({ what }) => what).join("; ")}`,
      why:
        choice instanceof Failure
          ? "no engine can run, so nothing can"
          : `not needed: the engine ${choice.engine} works`,
      remedy: missing.map(({ remedy }) => remedy).join("; "),
    };
  });
  const isUp = known !== undefined;
  const { brokers, databaseUrl } = resolved.values;
  const [places, ports, kafka, database] = await Promise.all([
    checkPlaces({
      stackDirectory: directory,
      isLocal: !(choice instanceof Failure) && choice.engine === "local",
      kafkaHere: evidence.kafkaHere,
    }),
    isUp ? [] : checkPorts(),
    brokers === undefined ? [] : checkKafka(resolved.values),
    databaseUrl === undefined ? [] : checkDatabase(resolved.values),
  ]);
  return {
    engine: choice instanceof Failure ? null : choice.engine,
    why: choice instanceof Failure ? choice.message : choice.why,
    checks: [
      checkNode(process.versions.node),
      ...checkPrograms(evidence),
      ...engines,
      checkDisk(directory),
      ...places,
      ...ports,
      ...kafka,
      ...database,
    ],
  };
}
