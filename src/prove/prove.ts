import type { Narrator } from "../ports/narrator.ts";
import type { Settings } from "../runtime/settings/settings.ts";
import { examine } from "./examine.ts";
import type { Fault } from "./fault.ts";
import { type Ground, openGround } from "./ground.ts";
import {
  type FaultResult,
  judgeFault,
  judgeSound,
  type ProofVerdict,
  proofVerdict,
  type SoundResult,
} from "./matrix.ts";
import type { SoundSystem } from "./sound/sound-system.ts";
import { drawWorkload } from "./workload.ts";
import { openWorld } from "./world.ts";

export interface ProveOptions {
  readonly faults: readonly Fault[];
  readonly sound: readonly SoundSystem[];
  /** Of every sound system; each has another seed. */
  readonly rounds: number;
  readonly seed: string;
  readonly signal: AbortSignal;
}

export interface Proof extends ProofVerdict {
  readonly seed: string;
  readonly faults: readonly FaultResult[];
  readonly sound: readonly SoundResult[];
  readonly durationMs: number;
}

/** Enough for each thing that may happen to happen. */
const ofFault = { orders: 60, customers: 12 };
const ofRound = { orders: 200, customers: 25 };

/**
 * Runs the auditor against systems that are broken on purpose, each in one way, and against sound ones.
 * Each has a database and topics of its own on these services, which are removed afterwards; nothing
 * else there is touched.
 * @throws Failure("environment") when Kafka or PostgreSQL cannot be used; the signal's reason.
 */
export async function prove(
  settings: Settings,
  options: ProveOptions,
  narrator: Narrator,
): Promise<Proof> {
  const { signal, seed } = options;
  const startMs = performance.now();
  const ground = await openGround(settings);
  try {
    const faults = await runFaults(ground, options, narrator);
    const sound = await runSound(ground, options, narrator);
    signal.throwIfAborted();
    const durationMs = Math.round(performance.now() - startMs);
    return { ...proofVerdict(faults, sound), seed, faults, sound, durationMs };
  } finally {
    await ground.close();
  }
}

async function runFaults(
  ground: Ground,
  { faults, seed, signal }: ProveOptions,
  narrator: Narrator,
): Promise<readonly FaultResult[]> {
  if (faults.length === 0) return [];
  return narrator.step(`Breaking a pipeline in ${faults.length} ways`, async (say) => {
    const results: FaultResult[] = [];
    for (const fault of faults) {
      signal.throwIfAborted();
      say(`${results.length} of ${faults.length}: ${fault.name}`);
      results.push(await runFault(ground, fault, seed));
    }
    const found = results.filter(({ missed }) => missed.length === 0).length;
    say(`${found} of ${faults.length} found`);
    return results;
  });
}

async function runFault(ground: Ground, fault: Fault, seed: string): Promise<FaultResult> {
  const startMs = performance.now();
  const { stock, orders, strays } = drawWorkload({
    ...ofFault,
    seed,
    runId: ground.nameOf(fault.name),
  });
  const { needs = {} } = fault;
  const world = await openWorld(ground, new Map([...stock, ...(needs.stock ?? [])]));
  try {
    await world.send(strays);
    const all = [...orders, ...(needs.orders ?? [])];
    const history = await (fault.place?.(world, all) ?? world.place(all));
    await (fault.consume?.(world) ?? world.consume());
    await fault.afterwards?.(world);
    const verdict = await examine(world, history);
    return judgeFault(fault, verdict, Math.round(performance.now() - startMs));
  } finally {
    await world.close();
  }
}

async function runSound(
  ground: Ground,
  { sound, rounds, seed, signal }: ProveOptions,
  narrator: Narrator,
): Promise<readonly SoundResult[]> {
  const runs = rounds * sound.length;
  if (runs === 0) return [];
  return narrator.step(`Running ${sound.length} sound systems, ${rounds} rounds`, async (say) => {
    const results: SoundResult[] = [];
    for (let round = 1; round <= rounds; round++) {
      for (const system of sound) {
        signal.throwIfAborted();
        say(`${results.length} of ${runs}: round ${round}, ${system.name}`);
        const about = { round, seed: `${seed}-${round}`, signal };
        results.push(await runRound(ground, system, about));
      }
    }
    const alarms = results.filter(({ falseAlarms }) => falseAlarms.length > 0).length;
    say(
      `${alarms === 0 ? "no" : alarms} false ${alarms === 1 ? "alarm" : "alarms"} in ${runs} runs`,
    );
    return results;
  });
}

async function runRound(
  ground: Ground,
  system: SoundSystem,
  {
    round,
    seed,
    signal,
  }: { readonly round: number; readonly seed: string; readonly signal: AbortSignal },
): Promise<SoundResult> {
  const startMs = performance.now();
  const { stock, orders, strays } = drawWorkload({
    ...ofRound,
    seed,
    runId: ground.nameOf("round"),
  });
  const world = await openWorld(ground, stock);
  try {
    await world.send(strays);
    const history = await world.place(orders);
    await system.consume(world, signal);
    const verdict = await examine(world, history);
    const durationMs = Math.round(performance.now() - startMs);
    return judgeSound(
      { system: system.name, round, seed, orders: orders.length, durationMs },
      verdict,
    );
  } finally {
    await world.close();
  }
}
