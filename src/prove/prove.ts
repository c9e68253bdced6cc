import { counted } from "../audit/finding.ts";
import type { Narrator } from "../ports/narrator.ts";
import type { Settings } from "../runtime/settings/settings.ts";
import type { Fault } from "./fault.ts";
import { openGround } from "./ground.ts";
import {
  type FaultResult,
  judgeFault,
  judgeSound,
  type ProofVerdict,
  proofVerdict,
  type SoundResult,
} from "./matrix.ts";
import type { SoundSystem } from "./sound/sound-system.ts";
import { Trials } from "./trial.ts";

/** Most of each is waiting for Kafka and for commits. */
const lanes = 3;

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
    const trials = new Trials(ground);
    const faults = await runFaults(trials, options, narrator);
    const sound = await runSound(trials, options, narrator);
    signal.throwIfAborted();
    const durationMs = Math.round(performance.now() - startMs);
    return { ...proofVerdict(faults, sound), seed, faults, sound, durationMs };
  } catch (error) {
    // Whatever broke off first when it was told to end: a wait, a connection.
    throw signal.aborted ? signal.reason : error;
  } finally {
    await ground.close();
  }
}

async function runFaults(
  trials: Trials,
  { faults, seed, signal }: ProveOptions,
  narrator: Narrator,
): Promise<readonly FaultResult[]> {
  if (faults.length === 0) return [];
  const title = `Breaking a pipeline and a shop, in ${faults.length} ways`;
  return narrator.step(title, async (say) => {
    const results = await sideBySide(faults, async (fault, done) => {
      signal.throwIfAborted();
      say(`${done} of ${faults.length}: ${fault.name}`);
      const startMs = performance.now();
      const { verdict } = await trials.ofFault(fault, seed, signal);
      return judgeFault(fault, verdict, Math.round(performance.now() - startMs));
    });
    const found = results.filter(({ missed }) => missed.length === 0).length;
    say(`${found} of ${faults.length} found`);
    return results;
  });
}

async function runSound(
  trials: Trials,
  { sound, rounds, seed, signal }: ProveOptions,
  narrator: Narrator,
): Promise<readonly SoundResult[]> {
  const runs = Array.from({ length: rounds }, (_, index) => index + 1).flatMap((round) =>
    sound.map((system) => ({ system, round, seed: `${seed}-${round}` })),
  );
  if (runs.length === 0) return [];
  const title = `Running ${sound.length} sound systems, ${counted(rounds, "round")}`;
  return narrator.step(title, async (say) => {
    const results = await sideBySide(runs, async ({ system, ...run }, done) => {
      signal.throwIfAborted();
      say(`${done} of ${runs.length}: round ${run.round}, ${system.name}`);
      const startMs = performance.now();
      const { verdict, orders } = await trials.ofSound(system, run.seed, signal);
      const durationMs = Math.round(performance.now() - startMs);
      return judgeSound({ system: system.name, ...run, orders, durationMs }, verdict);
    });
    const alarms = results.filter(({ falseAlarms }) => falseAlarms.length > 0).length;
    say(`${alarms === 0 ? "no" : alarms} of ${counted(runs.length, "run")} raised an alarm`);
    return results;
  });
}

/** Some at a time, the results in their order. The first that fails ends it when those in hand are done. */
async function sideBySide<Item, Result>(
  items: readonly Item[],
  work: (item: Item, done: number) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const failures: unknown[] = [];
  let next = 0;
  let done = 0;
  const lane = async () => {
    while (next < items.length && failures.length === 0) {
      const index = next++;
      try {
        results[index] = await work(items[index] as Item, done);
        done += 1;
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  if (failures.length > 0) throw failures[0];
  return results;
}
