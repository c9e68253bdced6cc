import type { Audit } from "../audit/audit-orders.ts";
import type { RaceRun } from "../audit/race/run-race.ts";
import type { ShopAudit } from "../audit/shop/shop-audit.ts";
import { exitCodeOfVerdict } from "../audit/verdict.ts";
import { auditLoad, noteBaseline } from "../audit/wiring/audit-load.ts";
import { type StartRaceOptions, startRace } from "../audit/wiring/start-race.ts";
import { type ShopAuditName, startShopAudit } from "../audit/wiring/start-shop-audit.ts";
import { Failure, worstExitCode } from "../failure/failure.ts";
import type { LoadRequest } from "../load/load-request.ts";
import { gatewayTarget } from "../load/targets/gateway.ts";
import { httpTarget } from "../load/targets/http.ts";
import type { ProducedLoad } from "../load/wiring/produce-load.ts";
import type { Narrator } from "../ports/narrator.ts";
import { databaseAddress } from "../runtime/settings/database-address.ts";
import { resolveSettings } from "../runtime/settings/resolve-settings.ts";
import type { ResolvedSettings } from "../runtime/settings/resolved-settings.ts";
import type { Settings } from "../runtime/settings/settings.ts";
import { bringUp } from "../runtime/stack/bring-up.ts";
import { chooseStackEngine } from "../runtime/stack/choose-stack-engine.ts";
import type { EngineName } from "../runtime/stack/engines/engine.ts";
import { engineOf } from "../runtime/stack/engines/engine-of.ts";
import type { StackProfile } from "../runtime/stack/services/service.ts";
import { stackSettings } from "../runtime/stack/stack-settings.ts";
import { takeDown } from "../runtime/stack/take-down.ts";
import { type ExternalBefore, noteExternal, putBack } from "./external-trace.ts";
import { type Ledger, withLedger } from "./ledger.ts";
import { type OwnSettings, ownSettings } from "./own-settings.ts";
import { chooseOwnName, claimName } from "./own-stack.ts";
import { pruneKeptLogs } from "./prune-kept-logs.ts";
import { type WarmUp, warmUp } from "./warm-up.ts";

export interface VerifyOptions {
  /** A name that no stack has; undefined: one of its own. */
  readonly stack: string | undefined;
  readonly engine: EngineName | "auto";
  /** External engine: its services may be loaded. */
  readonly iOwnThis: boolean;
  readonly settings: ResolvedSettings;
  readonly load: LoadRequest;
  /** Longest warm-up; 0: none. */
  readonly warmUpMs: number;
  readonly consumers: number;
  /** With the shop the load goes through its gateway, and some orders are paid for or cancelled. */
  readonly profile: StackProfile | undefined;
  readonly keep: boolean;
  /** Longest wait for the outcomes of the load. */
  readonly drainTimeoutMs: number;
  readonly signal: AbortSignal;
  /** One line for a person. */
  note(line: string): void;
  /** Called with the logs' directory before it goes, or is kept. */
  saveLogs?(directory: string): void;
}

export interface Verification {
  readonly stack: string;
  readonly engine: EngineName;
  readonly why: string;
  readonly warmUp: WarmUp;
  readonly load: ProducedLoad;
  readonly audit: Audit;
  /** With the shop's profile: one of each of its audits. */
  readonly shop: readonly NamedShopAudit[];
  readonly race: RaceRun;
  readonly raceOptions: StartRaceOptions;
  readonly kept: boolean;
  /** What stays on services of others; empty on a stack that was made and removed. */
  readonly stays: readonly string[];
  /** Where the logs of a verification that was not good are kept. */
  readonly logs: string | undefined;
  readonly exitCode: number;
}

export interface NamedShopAudit {
  readonly name: ShopAuditName;
  readonly audit: ShopAudit;
}

type Findings = Pick<Verification, "warmUp" | "load" | "audit" | "shop" | "race" | "exitCode">;

/** Fewer than the race's orders: so short stock is decided under contention too. */
const raceStock = 60;
const raceProduct = "PROD007";
const raceOptions: StartRaceOptions = {
  // Its own stack's; where it is not (--i-own-this), it sets the stock back.
  allowWrites: true,
  target: "http",
  products: [raceProduct],
  seed: "verify",
  concurrency: 256,
  orders: 100,
  rounds: 5,
  quantity: 1,
  stock: raceStock,
  hold: true,
  timeoutMs: 60_000,
  settleMs: 10_000,
  probe: true,
};
const bootTimeoutMs = 120_000;
/** A stack that this verification made, and what it stands on. */
interface OwnStack {
  readonly stack: string;
  readonly choice: { readonly engine: EngineName; readonly why: string };
  readonly settings: ResolvedSettings;
  readonly before: ExternalBefore | undefined;
}

/**
 * The whole promise in one run: boots a stack of its own on free ports, warms it up, loads it, waits
 * until all is decided, reconciles every order, races a hundred for one product, and takes the stack
 * down with its data, whatever happened. Where something was not good, its logs stay.
 */
export async function verifyPipeline(
  options: VerifyOptions,
  narrator: Narrator,
): Promise<Verification> {
  const own = await makeOwn(options);
  const { stack, choice } = own;
  let findings: Findings | undefined;
  let failure: unknown;
  try {
    await boot(own, options, narrator);
    findings = await examine(own, options, narrator);
  } catch (error) {
    failure = error;
  }
  const kept = options.keep && findings !== undefined;
  const good = findings?.exitCode === 0 || options.signal.aborted;
  const left = kept ? nothingLeft : await clearAway(own, { keepLogs: !good, ...options }, narrator);
  if (findings === undefined) throw explained(failure, stack, left.logs);
  return { stack, ...choice, ...findings, raceOptions, kept, ...left };
}

const nothingLeft = { stays: [], logs: undefined } as const;

async function makeOwn(options: VerifyOptions): Promise<OwnStack> {
  const { settings, leftAside } = ownSettings(options.settings, options);
  const stack = await chooseOwnName(options.stack);
  const choice = await chooseStackEngine(stack, options.engine, settings);
  if (choice.engine !== "external") {
    noteLeftAside(leftAside, options);
    claimName(stack);
    return { stack, choice, settings, before: undefined };
  }
  if (options.profile !== undefined) throw noShopThere();
  const { brokers, databaseUrl } = settings.values;
  options.note(
    `This loads services that orders did not start: Kafka at ${brokers}, PostgreSQL at ${databaseAddress(databaseUrl)}. The orders that it places stay there; the stock of ${raceProduct} is set to ${raceStock} for a race, and set back.`,
  );
  const before = await noteExternal(settings.values);
  claimName(stack);
  return { stack, choice, settings, before };
}

function noShopThere(): Failure {
  return new Failure("usage", {
    what: "--profile goes with a stack that is made here, not with --engine external",
    meaning: "the shop would need tables and topics of its own on services of others",
    remedy: "leave --profile out, or choose another engine",
  });
}

function noteLeftAside(names: OwnSettings["leftAside"], { note }: VerifyOptions): void {
  if (names.length === 0) return;
  note(
    `A stack of its own: what ${names.join(" and ")} ${names.length === 1 ? "names" : "name"} is left alone.`,
  );
}

async function boot(
  { stack, choice, settings }: OwnStack,
  { consumers, profile, signal }: VerifyOptions,
  narrator: Narrator,
): Promise<void> {
  const shop = profile === "shop" ? ", the shop" : "";
  const title = `Starting Kafka, PostgreSQL, the API${shop} and ${consumers} consumers (engine ${choice.engine})`;
  await narrator.step(title, async (say) => {
    await bringUp(
      {
        stack,
        engine: await engineOf(choice.engine),
        why: choice.why,
        settings,
        scale: { api: 1, consumer: consumers },
        onlyInfra: false,
        ...(profile === undefined ? {} : { profile }),
        ports: { api: 0, kafka: 0, postgres: 0, ...(profile === "shop" ? { gateway: 0 } : {}) },
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

async function examine(
  own: OwnStack,
  options: VerifyOptions,
  narrator: Narrator,
): Promise<Findings> {
  const settings = settingsBeside(own.stack, own.settings);
  const { signal, drainTimeoutMs, warmUpMs, profile } = options;
  const target = profile === "shop" ? gatewayTarget : httpTarget;
  const baseline = await noteBaseline(settings);
  const shop: NamedShopAudit[] = [];
  const auditShop = async (name: ShopAuditName) => {
    const settling = { withinMs: drainTimeoutMs, signal };
    shop.push({ name, audit: await startShopAudit(name, settings, settling, narrator) });
  };
  const { warm, load, audit } = await withLedger(own.stack, target, async (ledger) => {
    const warmUpLimits = { longestMs: warmUpMs, signal };
    const warm = await warmUp(settings, options.load, warmUpLimits, ledger, narrator);
    const load = await runLoad(settings, options, ledger, narrator);
    // It waits until all is published: an order of the shop is accepted before it is in the log.
    if (profile === "shop") await auditShop("outbox");
    const sent = {
      ...{ history: ledger.history, baseline, alone: own.choice.engine !== "external" },
      ...{ acceptedBeforeLog: profile === "shop", spillDirectory: ledger.directory },
    };
    const audit = await auditLoad(settings, sent, drainTimeoutMs, narrator, signal);
    return { warm, load, audit };
  });
  // Before the race, whose orders are not the shop's.
  if (profile === "shop") for (const name of ["analytics", "shop"] as const) await auditShop(name);
  const race = await startRace(settings, raceOptions, narrator, signal);
  return {
    ...{ warmUp: warm, load, audit, shop, race },
    exitCode: worstExitCode([
      load.delivered.exitCode,
      exitCodeOfVerdict[audit.verdict],
      ...shop.map(({ audit: { verdict } }) => exitCodeOfVerdict[verdict]),
      exitCodeOfVerdict[race.verdict],
    ]),
  };
}

/** Everything goes that this verification made, but for the logs where they may say why. */
async function clearAway(
  { stack, choice, settings, before }: OwnStack,
  {
    keepLogs,
    saveLogs,
  }: { readonly keepLogs: boolean; readonly saveLogs?: VerifyOptions["saveLogs"] },
  narrator: Narrator,
): Promise<Pick<Verification, "stays" | "logs">> {
  const external = choice.engine === "external";
  return narrator.step("Stopping everything and removing its data", async (say) => {
    const { logs } = await takeDown(
      {
        stack,
        volumes: !external,
        forget: external,
        iOwnThis: false,
        keepLogs,
        saveLogs,
      },
      say,
    );
    if (keepLogs) pruneKeptLogs();
    const stays = before === undefined ? [] : await putBack(settings.values, before, raceProduct);
    say(["stopped", ...stays].join("; "));
    return { stays, logs };
  });
}

/** The failure, and where the logs are that may say more. */
function explained(error: unknown, stack: string, logs: string | undefined): unknown {
  if (!(error instanceof Failure) || logs === undefined) return error;
  const { kind, message: what, meaning, remedy } = error;
  const kept = `the logs are kept in ${logs}: \`orders logs --stack ${stack}\` shows them, \`orders down --volumes --stack ${stack}\` removes them`;
  return new Failure(
    kind,
    {
      what,
      ...(meaning === undefined ? {} : { meaning }),
      remedy: remedy === undefined ? kept : `${remedy}; ${kept}`,
    },
    { cause: error },
  );
}

/** What was told by hand, pointed at this stack. */
function settingsBeside(stack: string, { values, sources }: ResolvedSettings): Settings {
  const byHand = Object.fromEntries(
    Object.entries(values).filter(([key]) => {
      const source = sources[key as keyof Settings];
      return source !== undefined && source !== "default" && source !== "stack";
    }),
  );
  return resolveSettings({ flags: { ...byHand, ...stackSettings(stack) } }).values;
}

async function runLoad(
  settings: Settings,
  { load, profile, signal }: VerifyOptions,
  ledger: Ledger,
  narrator: Narrator,
): Promise<ProducedLoad> {
  const { orders, ratePerSecond } = load.schedule;
  const way = profile === "shop" ? "through the gateway" : "over HTTP";
  const title = `Placing ${orders} orders ${way}, ${ratePerSecond} a second`;
  return narrator.step(title, async (say) => {
    const produced = await ledger.load(load, settings, {
      signal,
      onProgress: ({ counts }) => say(`acked ${counts.acked} of ${counts.offered} offered`),
    });
    say(produced.delivered.sentence);
    return produced;
  });
}
