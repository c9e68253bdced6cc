import { Failure } from "../failure/failure.ts";
import type { Narrator } from "../ports/narrator.ts";
import { resolveSettings } from "../runtime/settings/resolve-settings.ts";
import type { ResolvedSettings } from "../runtime/settings/resolved-settings.ts";
import type { Settings } from "../runtime/settings/settings.ts";
import { bringUp } from "../runtime/stack/bring-up.ts";
import { chooseStackEngine } from "../runtime/stack/choose-stack-engine.ts";
import type { EngineName } from "../runtime/stack/engines/engine.ts";
import { engineOf } from "../runtime/stack/engines/engine-of.ts";
import { stackSettings } from "../runtime/stack/stack-settings.ts";
import { takeDown } from "../runtime/stack/take-down.ts";
import { ownSettings } from "../verify/own-settings.ts";
import { chooseOwnName, claimName } from "../verify/own-stack.ts";
import { type Proof, type ProveOptions, prove } from "./prove.ts";

export interface OwnStackOptions extends ProveOptions {
  /** A name that no stack has; undefined: one of its own. */
  readonly stack: string | undefined;
  readonly engine: EngineName | "auto";
  /** External engine: databases and topics may be made there. */
  readonly iOwnThis: boolean;
  readonly settings: ResolvedSettings;
  /** One line for a person. */
  note(line: string): void;
  /** Called with the logs' directory before it goes. */
  saveLogs(directory: string): void;
}

const bootTimeoutMs = 120_000;

/**
 * Proves on Kafka and PostgreSQL of its own, which it boots and removes, whatever the shell names; or,
 * where that is asked for, in databases and topics of its own on services that exist.
 * @throws Failure("usage") for external services without leave; Failure("environment"); the signal's reason.
 */
export async function proveOnOwnStack(
  options: OwnStackOptions,
  narrator: Narrator,
): Promise<Proof> {
  if (options.engine === "external") return prove(externalSettings(options), options, narrator);
  const { settings, leftAside } = ownSettings(options.settings, options);
  const stack = await chooseOwnName(options.stack, "prove");
  if (leftAside.length > 0)
    options.note(`Services of its own: what ${leftAside.join(" and ")} says is left alone.`);
  const choice = await chooseStackEngine(stack, options.engine, settings);
  claimName(stack);
  try {
    await narrator.step(`Starting Kafka and PostgreSQL (engine ${choice.engine})`, async (say) => {
      await bringUp(
        {
          ...{ stack, engine: await engineOf(choice.engine), why: choice.why, settings },
          ...{ scale: {}, onlyInfra: true, migrate: false, allowNaive: false },
          ports: { api: 0, kafka: 0, postgres: 0 },
          ...{ timeoutMs: bootTimeoutMs, signal: options.signal },
        },
        (step, doing, done) => say(done === true ? `${step} ready` : `${step}: ${doing}`),
      );
      say("ready");
    });
    return await prove(settingsOf(stack), options, narrator);
  } finally {
    await narrator.step("Stopping everything and removing its data", async () => {
      const { saveLogs } = options;
      await takeDown({ stack, volumes: true, iOwnThis: false, saveLogs }, () => {});
    });
  }
}

function externalSettings({ iOwnThis, settings: { values } }: OwnStackOptions): Settings {
  if (!iOwnThis) {
    throw new Failure("usage", {
      what: "--engine external makes databases and topics on services that orders did not start",
      meaning: "each fault has its own, and they are removed at the end; nothing else is touched",
      remedy:
        "leave out --engine for services of its own; if these are yours to load, add --i-own-this",
    });
  }
  return values;
}

function settingsOf(stack: string): Settings {
  return resolveSettings({ flags: stackSettings(stack) ?? {} }).values;
}
