import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { eventually, testServices } from "../services.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));

export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `orders api`, or another service of ours over HTTP, as a process of its own. */
export class ApiProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  #stdout = "";
  #stderr = "";

  constructor(
    args: readonly string[],
    environment: Record<string, string> = {},
    command: "api" | "gateway" | "shop" = "api",
  ) {
    this.child = spawn(process.execPath, ["bin/run.js", command, ...args], {
      cwd: root,
      env: { ...process.env, KAFKA_BROKERS: testServices().brokers, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.child.stdout?.on("data", (data) => {
      this.#stdout += data;
    });
    this.child.stderr?.on("data", (data) => {
      this.#stderr += data;
    });
    this.ended = new Promise((resolve) => {
      this.child.once("close", (exitCode) =>
        resolve({ exitCode, stdout: this.#stdout, stderr: this.#stderr }),
      );
    });
  }

  get log(): string {
    return this.#stdout + this.#stderr;
  }

  /** Nothing that a test starts outlives it, whatever the test ended with. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.signal("SIGTERM");
    await this.ended;
  }

  /** @returns its URL once it listens and is ready. */
  async ready(): Promise<string> {
    const url = await eventually(
      () => /(?:"url":"|listening on )(http[^"\s]+)/.exec(this.log)?.[1],
      `a line with the URL in: ${this.log}`,
    );
    const answers = () => fetch(`${url}/ready`, { signal: AbortSignal.timeout(2_000) });
    const isReady = () =>
      answers().then(
        ({ status }) => status === 200,
        () => false,
      );
    await eventually(isReady, "the API is ready");
    return url;
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }
}
