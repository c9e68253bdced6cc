import { createRunnable } from "../create-runnable.ts";
import type { Runnable } from "../runnable.ts";
import { decideRestart, type RestartDecision } from "./restart-policy.ts";
import type { Child, ChildEnd } from "./start-child.ts";

export interface InstancesOptions {
  readonly count: number;
  /** Starts the one of this number, from 1; again in the place of one that died. */
  readonly start: (instance: number) => Child;
  /**
   * restart: another takes its place, later each time, and none after a few deaths; all of it fails
   * when none is left. fail: what was asked for is all of them. go_on: nothing takes its place, and
   * the others go on.
   */
  readonly afterDeath: "restart" | "fail" | "go_on";
  /** Whether exit code 0 without being told is the end of its work, not its death. */
  readonly mayEnd: boolean;
  readonly onDeath?: (death: InstanceDeath) => void;
}

export interface InstanceDeath {
  readonly instance: number;
  readonly end: ChildEnd;
  /** Where they are restarted at all. */
  readonly restart: RestartDecision | undefined;
}

/** What `failed` of instances rejects with. */
export class InstanceDied extends Error {
  readonly death: InstanceDeath;

  constructor(death: InstanceDeath) {
    super(`instance ${death.instance} ended`);
    this.death = death;
  }
}

export interface Instances extends Runnable {
  readonly pids: readonly number[];
  readonly restarts: number;
  /** How they ended, in this order; also those that were restarted. */
  readonly ends: readonly ChildEnd[];
  /** When none runs, and none is to be started again. */
  readonly ended: Promise<void>;
}

/** Before the time for the stop is over, so that the death of those that are killed is noticed. */
const killedWithinMs = 1_000;

/** So many processes of one service. They end with this process if they heed `endWithParent`. */
export function createInstances(options: InstancesOptions): Instances {
  const { count, afterDeath, mayEnd } = options;
  const running = new Map<number, Child>();
  const pending = new Set<NodeJS.Timeout>();
  const deathsAtMs = new Map<number, readonly number[]>();
  const ends: ChildEnd[] = [];
  let restarts = 0;
  let stopping = false;
  let fail: (error: unknown) => void = () => {};
  let settle: () => void = () => {};
  const ended = new Promise<void>((resolve) => {
    settle = resolve;
  });

  function begin(instance: number): void {
    const child = options.start(instance);
    running.set(instance, child);
    void child.ended.then((end) => {
      running.delete(instance);
      ends.push(end);
      const expected = stopping || child.stopping || (mayEnd && end.code === 0);
      if (!expected) onDeath(instance, end);
      if (noneLeft()) settle();
    });
  }

  function noneLeft(): boolean {
    return running.size === 0 && pending.size === 0;
  }

  function onDeath(instance: number, end: ChildEnd): void {
    const restart = afterDeath === "restart" ? decided(instance) : undefined;
    const death = { instance, end, restart };
    options.onDeath?.(death);
    if (restart?.action === "restart") beginLater(instance, restart.delayMs);
    else if (afterDeath === "go_on") return;
    else if (restart === undefined || noneLeft()) fail(new InstanceDied(death));
  }

  function decided(instance: number): RestartDecision {
    const nowMs = performance.now();
    const deaths = [...(deathsAtMs.get(instance) ?? []), nowMs].slice(-10);
    deathsAtMs.set(instance, deaths);
    return decideRestart(deaths, nowMs);
  }

  function beginLater(instance: number, delayMs: number): void {
    const timer = setTimeout(() => {
      pending.delete(timer);
      restarts += 1;
      begin(instance);
    }, delayMs);
    pending.add(timer);
  }

  const runnable = createRunnable("instances", {
    start(_, failNow) {
      fail = failNow;
      for (let instance = 1; instance <= count; instance += 1) begin(instance);
    },
    notReadyBecause: () =>
      running.size === count ? undefined : `${running.size} of ${count} instances run`,
    async stop(withinMs) {
      stopping = true;
      for (const timer of pending) clearTimeout(timer);
      pending.clear();
      for (const child of running.values()) child.stop(Math.max(0, withinMs - killedWithinMs));
      if (noneLeft()) settle();
      await ended;
    },
  });
  return {
    ...runnable,
    ended,
    ends,
    get restarts() {
      return restarts;
    },
    get pids() {
      return [...running.values()].flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
    },
  };
}
