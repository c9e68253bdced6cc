import cluster, { type Worker } from "node:cluster";
import { fileURLToPath } from "node:url";
import type { Logger } from "pino";
import { Failure } from "../../failure/failure.ts";
import { decideRestart } from "../../runtime/lifecycle/restart-policy.ts";
import type { WorkerMessage, WorkerOrders } from "./api-worker.ts";
import type { ApiCounts } from "./serve-api.ts";

export interface ApiClusterOptions {
  readonly orders: Omit<WorkerOrders, "instance">;
  readonly instances: number;
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly onListening: (port: number) => void;
}

export interface ApiClusterResult {
  /** Sums over the processes that ended in order; a killed one takes its counts along. */
  readonly counts: ApiCounts;
  readonly restarts: number;
}

/** Beyond the time in which a process answers everything it accepted. */
const stopMarginMs = 10_000;

/**
 * Several processes that share one port. One that dies is started again, later each time, and left
 * down after a few times; the rest goes on.
 * @throws Failure of a process that could not listen, or Failure("bug") when every one stays down.
 */
export function runApiCluster(options: ApiClusterOptions): Promise<ApiClusterResult> {
  return new ApiCluster(options).run();
}

class ApiCluster {
  readonly #options: ApiClusterOptions;
  readonly #workers = new Map<number, Worker>();
  readonly #deathsAtMs = new Map<number, number[]>();
  readonly #pending = new Set<NodeJS.Timeout>();
  #counts: ApiCounts = {
    requests: 0,
    invalid: 0,
    accepted: 0,
    unknown: 0,
    unavailable: 0,
    refused: 0,
  };
  #restarts = 0;
  #port: number | undefined;
  #stopping = false;
  #failure: Failure | undefined;
  #ended: () => void = () => {};

  constructor(options: ApiClusterOptions) {
    this.#options = options;
  }

  async run(): Promise<ApiClusterResult> {
    // Each process takes connections off the shared socket itself. Round robin, Node's default, has
    // the primary take them, and one on its way to a process that dies is never answered nor closed.
    cluster.schedulingPolicy = cluster.SCHED_NONE;
    const fromSource = import.meta.url.endsWith(".ts");
    cluster.setupPrimary({
      exec: fileURLToPath(new URL(`./api-worker.${fromSource ? "ts" : "js"}`, import.meta.url)),
      args: [],
      execArgv: fromSource ? ["--import", import.meta.resolve("tsx")] : [],
    });
    const { signal, instances } = this.#options;
    const onAbort = () => this.#stop();
    const ended = new Promise<void>((resolve) => {
      this.#ended = resolve;
    });
    for (let instance = 1; instance <= instances; instance += 1) this.#start(instance);
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
    await ended;
    signal.removeEventListener("abort", onAbort);
    if (this.#failure !== undefined) throw this.#failure;
    return { counts: this.#counts, restarts: this.#restarts };
  }

  #start(instance: number): void {
    const worker = cluster.fork();
    this.#workers.set(instance, worker);
    worker.on("message", (message) => this.#onMessage(worker, instance, message as WorkerMessage));
    worker.on("error", (error) => this.#options.log.warn({ instance, err: error }, "instance"));
    worker.once("exit", (code, killedBy) =>
      this.#onExit(instance, killedBy ?? `exit code ${code}`),
    );
  }

  #onMessage(worker: Worker, instance: number, message: WorkerMessage): void {
    if ("ready" in message) {
      // Where any free port was asked for, a replacement listens where the others do.
      const port = this.#port ?? this.#options.orders.port;
      worker.send({ ...this.#options.orders, port, instance });
    }
    if ("listening" in message) this.#onListening(message.listening);
    if ("counts" in message) this.#counts = sum(this.#counts, message.counts);
    if ("failure" in message) {
      const { kind, ...text } = message.failure;
      this.#failure ??= new Failure(kind, text);
      this.#stop();
    }
  }

  #onListening(port: number): void {
    if (this.#port !== undefined) return;
    this.#port = port;
    this.#options.onListening(port);
  }

  #onExit(instance: number, how: string): void {
    this.#workers.delete(instance);
    if (!this.#stopping) this.#onDeath(instance, how);
    if (this.#workers.size === 0 && this.#pending.size === 0) this.#ended();
  }

  #onDeath(instance: number, how: string): void {
    const { log } = this.#options;
    const nowMs = performance.now();
    const deaths = [...(this.#deathsAtMs.get(instance) ?? []), nowMs].slice(-10);
    this.#deathsAtMs.set(instance, deaths);
    const decision = decideRestart(deaths, nowMs);
    if (decision.action === "give-up") {
      log.error(
        { instance },
        `instance ${instance} died ${decision.deaths} times, stays down: ${how}`,
      );
      if (this.#workers.size === 0 && this.#pending.size === 0) this.#failure ??= allDown(how);
      return;
    }
    log.error({ instance }, `instance ${instance} died (${how}), next in ${decision.delayMs} ms`);
    const timer = setTimeout(() => {
      this.#pending.delete(timer);
      this.#restarts += 1;
      this.#start(instance);
    }, decision.delayMs);
    this.#pending.add(timer);
  }

  #stop(): void {
    if (this.#stopping) return;
    this.#stopping = true;
    for (const timer of this.#pending) clearTimeout(timer);
    this.#pending.clear();
    const workers = [...this.#workers.values()];
    for (const worker of workers) worker.process.kill("SIGTERM");
    const { publishTimeoutMs } = this.#options.orders.settings;
    setTimeout(() => {
      for (const worker of workers) worker.process.kill("SIGKILL");
    }, publishTimeoutMs + stopMarginMs).unref();
    if (workers.length === 0) this.#ended();
  }
}

function sum(a: ApiCounts, b: ApiCounts): ApiCounts {
  return {
    requests: a.requests + b.requests,
    invalid: a.invalid + b.invalid,
    accepted: a.accepted + b.accepted,
    unknown: a.unknown + b.unknown,
    unavailable: a.unavailable + b.unavailable,
    refused: a.refused + b.refused,
  };
}

function allDown(how: string): Failure {
  return new Failure("bug", {
    what: `every instance of the API died again and again: ${how}`,
    meaning: "no orders are accepted",
    remedy: "the log above says what each died of",
  });
}
