import { randomBytes } from "node:crypto";
import type { Audit } from "../../audit/audit-orders.ts";
import type { Narrator, RaceRun } from "../../audit/race/run-race.ts";
import { exitCodeOfVerdict } from "../../audit/verdict.ts";
import { Failure, worstExitCode } from "../../failure/failure.ts";
import type { LoadRequest } from "../../load/load-request.ts";
import { auditLoad, noteBaseline } from "../audit/audit-load.ts";
import { type StartRaceOptions, startRace } from "../audit/start-race.ts";
import { type ResolvedSettings, resolveSettings } from "../config/resolve-settings.ts";
import type { Settings } from "../config/settings.ts";
import type { EngineName } from "../engines/engine.ts";
import { engineOf } from "../engines/engine-of.ts";
import { type ProducedLoad, produceLoad } from "../load/produce-load.ts";
import { bringUp } from "../pipeline/bring-up.ts";
import { chooseStackEngine } from "../pipeline/choose-stack-engine.ts";
import { takeDown } from "../pipeline/take-down.ts";
import { stackSettings } from "../stack/stack-settings.ts";

export interface VerifyOptions {
  /** undefined: a name of its own, so that nothing that runs is disturbed. */
  readonly stack: string | undefined;
  readonly engine: EngineName | "auto";
  readonly settings: ResolvedSettings;
  readonly load: LoadRequest;
  readonly consumers: number;
  readonly keep: boolean;
  /** Longest wait for the outcomes of the load. */
  readonly drainTimeoutMs: number;
  readonly signal: AbortSignal;
}

export interface Verification {
  readonly stack: string;
  readonly engine: EngineName;
  readonly why: string;
  readonly load: ProducedLoad;
  readonly audit: Audit;
  readonly race: RaceRun;
  readonly raceOptions: StartRaceOptions;
  readonly kept: boolean;
  readonly exitCode: number;
}

/** Fewer than the race's orders: so short stock is decided under contention too. */
const raceStock = 60;
const raceOptions: StartRaceOptions = {
  target: "http",
  productId: "PROD007",
  orders: 100,
  rounds: 5,
  quantity: 1,
  stock: raceStock,
  hold: true,
  timeoutMs: 60_000,
};
const bootTimeoutMs = 120_000;
/** Above it the history would not fit into memory beside the load. */
const ordersMax = 2_000_000;

/** @throws Failure("usage") for a load whose history could not be kept for the audit. */
export function boundedLoad(load: LoadRequest): LoadRequest {
  if (load.schedule.orders <= ordersMax) return load;
  throw new Failure("usage", {
    what: `${load.schedule.orders} orders are more than a verification can hold (${ordersMax})`,
    remedy: "lower --rate or --duration",
  });
}

/**
 * The whole promise in one run: boots a stack of its own on free ports, loads it, waits until all
 * is decided, reconciles every order, races a hundred for one product, and takes the stack down
 * with its data, whatever happened.
 */
export async function verifyPipeline(
  options: VerifyOptions,
  narrator: Narrator,
): Promise<Verification> {
  const stack = options.stack ?? `verify-${randomBytes(4).toString("hex")}`;
  const choice = await chooseStackEngine(stack, options.engine, options.settings);
  let finished = false;
  try {
    await boot(stack, choice, options, narrator);
    const settings = settingsBeside(stack, options.settings);
    const baseline = await noteBaseline(settings);
    const load = await runLoad(settings, options, narrator);
    const { signal, drainTimeoutMs } = options;
    const { history } = load.result;
    const audit = await auditLoad(
      settings,
      { history, baseline, alone: choice.engine !== "external" },
      drainTimeoutMs,
      narrator,
      signal,
    );
    const race = await startRace(settings, raceOptions, narrator, signal);
    finished = true;
    return {
      ...{ stack, ...choice, load, audit, race, raceOptions, kept: options.keep },
      exitCode: worstExitCode([
        load.delivered.exitCode,
        exitCodeOfVerdict[audit.verdict],
        exitCodeOfVerdict[race.verdict],
      ]),
    };
  } finally {
    if (!(options.keep && finished)) {
      await narrator.step("Stopping everything and removing its data", async (say) => {
        await takeDown({ stack, volumes: choice.engine !== "external", iOwnThis: false }, say);
      });
    }
  }
}

async function boot(
  stack: string,
  choice: { readonly engine: EngineName; readonly why: string },
  { settings, consumers, signal }: VerifyOptions,
  narrator: Narrator,
): Promise<void> {
  const title = `Starting Kafka, PostgreSQL, the API and ${consumers} consumers (engine ${choice.engine})`;
  await narrator.step(title, async (say) => {
    await bringUp(
      {
        stack,
        engine: await engineOf(choice.engine),
        why: choice.why,
        settings,
        scale: { api: 1, consumer: consumers },
        onlyInfra: false,
        ports: { api: 0, kafka: 0, postgres: 0 },
        migrate: false,
        // Whoever asks for it here gets a stack that is made for it, and removed.
        allowNaive: settings.values.strategy === "naive" && choice.engine !== "external",
        timeoutMs: bootTimeoutMs,
        signal,
      },
      (step, doing, done) => say(done === true ? `${step} ready` : `${step}: ${doing}`),
    );
    say("all ready");
  });
}

/** What was told by hand, pointed at this stack. */
function settingsBeside(stack: string, { values, sources }: ResolvedSettings): Settings {
  const byHand = Object.fromEntries(
    Object.entries(values).filter(([key]) => {
      const source = sources[key as keyof Settings];
      return source !== "default" && source !== "stack";
    }),
  );
  return resolveSettings({ flags: { ...byHand, ...stackSettings(stack) } }).values;
}

async function runLoad(
  settings: Settings,
  { load, signal }: VerifyOptions,
  narrator: Narrator,
): Promise<ProducedLoad> {
  const { orders, ratePerSecond } = load.schedule;
  const title = `Placing ${orders} orders over HTTP, ${ratePerSecond} a second`;
  return narrator.step(title, async (say) => {
    const produced = await produceLoad(
      load,
      { target: "http", maxInFlight: 10_000, connectionsMax: 500, keepHistory: orders },
      settings,
      {
        signal,
        onProgress: ({ counts }) => say(`acked ${counts.acked} of ${counts.offered} offered`),
      },
    );
    signal.throwIfAborted();
    say(produced.delivered.sentence);
    return produced;
  });
}
