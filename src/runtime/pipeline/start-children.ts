import type { BootProgress } from "../../ports/boot-progress.ts";
import type { ChildSpec } from "../processes/child-spec.ts";
import { amendChildren } from "../processes/supervisor-client.ts";
import { readSupervisorSpec } from "../processes/supervisor-files.ts";
import { isApi, isConsumer } from "./pipeline-children.ts";
import { waitForChild } from "./wait-for-children.ts";
import type { Wait } from "./wait-until.ts";

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
  await Promise.all([ready("api", isApi), ready("consumer", isConsumer)]);
}
