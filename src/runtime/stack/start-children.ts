import { Failure } from "../../failure/failure.ts";
import type { BootProgress } from "./boot-steps.ts";
import { isApi, isConsumer } from "./pipeline-children.ts";
import type { ChildSpec } from "./processes/child-spec.ts";
import { amendChildren } from "./processes/supervisor-client.ts";
import { readSupervisorSpec, readSupervisorState } from "./processes/supervisor-files.ts";
import { waitForChild } from "./wait-for-child.ts";
import { type Wait, waitUntil } from "./wait-until.ts";

/** Starts what is missing, and ends what is too many, of the API and the consumers. */
export async function startChildren(
  directory: string,
  children: readonly ChildSpec[],
  wait: Wait,
  progress: BootProgress,
): Promise<void> {
  const wanted = new Set(children.map(({ name }) => name));
  const surplus = (readSupervisorSpec(directory)?.children ?? [])
    .map(({ name }) => name)
    .filter((name) => (isApi(name) || isConsumer(name)) && !wanted.has(name));
  wait.signal.throwIfAborted();
  await amendChildren(directory, { put: children, remove: surplus });
  const ready = async (step: "api" | "consumer", own: (name: string) => boolean) => {
    const ours = children.filter(({ name }) => own(name));
    progress(step, "waiting until ready");
    await Promise.all(ours.map((child) => waitForChild(directory, wait, child)));
    const shown = ours.map(({ name, port }) => `${name} :${port}`).join(" ");
    progress(step, shown || "none asked for", true);
  };
  await Promise.all([
    ready("api", isApi),
    ready("consumer", isConsumer),
    waitUntilEnded(directory, surplus, wait),
  ]);
}

/** What is too many finishes its work first, within its grace: `up` ends with what was asked for. */
async function waitUntilEnded(directory: string, names: readonly string[], wait: Wait) {
  const left = () =>
    (readSupervisorState(directory)?.children ?? [])
      .map(({ name }) => name)
      .filter((name) => names.includes(name));
  await waitUntil(
    wait,
    async () => left().length === 0 || undefined,
    async () => {},
    async () =>
      new Failure("environment", {
        what: `${left().join(", ")} did not end`,
        remedy: "`orders status` shows what runs; `orders down` ends all of it",
      }),
  );
}
