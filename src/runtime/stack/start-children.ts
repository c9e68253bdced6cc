import { Failure } from "../../failure/failure.ts";
import type { BootProgress } from "./boot-progress.ts";
import type { ChildSpec } from "./processes/child-spec.ts";
import { amendChildren } from "./processes/supervisor-client.ts";
import { readSupervisorSpec, readSupervisorState } from "./processes/supervisor-files.ts";
import {
  engineServices,
  isInstanceOf,
  type Service,
  type SupervisedService,
  supervisedServices,
} from "./services/service.ts";
import { waitForChild } from "./wait-for-child.ts";
import { type Wait, waitUntil } from "./wait-until.ts";

/**
 * Starts what is missing, and ends what is too many, of the supervised services. What listens where
 * another will is ended first.
 */
export async function startChildren(
  directory: string,
  { services, children }: { services: readonly Service[]; children: readonly ChildSpec[] },
  wait: Wait,
  progress: BootProgress,
): Promise<void> {
  const wanted = new Set(children.map(({ name }) => name));
  const supervised = supervisedServices(services);
  const engines = engineServices(services).map(({ name }) => name);
  const present = (readSupervisorSpec(directory)?.children ?? []).filter(
    ({ name }) => !engines.includes(name),
  );
  const surplus = present.map(({ name }) => name).filter((name) => !wanted.has(name));
  wait.signal.throwIfAborted();
  const inTheWay = present
    .filter(({ name, port }) =>
      children.some((child) => child.name !== name && child.port === port),
    )
    .map(({ name }) => name);
  if (inTheWay.length > 0) {
    await amendChildren(directory, { remove: inTheWay });
    await waitUntilEnded(directory, inTheWay, wait);
  }
  await amendChildren(directory, { put: children, remove: surplus });
  const ready = async (service: SupervisedService) => {
    const ours = children.filter(({ name }) => isInstanceOf(service, name));
    progress(service.name, "waiting until ready");
    await Promise.all(ours.map((child) => waitForChild(directory, wait, child)));
    const shown = ours.map(({ name, port }) => `${name} :${port}`).join(" ");
    progress(service.name, shown || "none asked for", true);
  };
  await Promise.all([...supervised.map(ready), waitUntilEnded(directory, surplus, wait)]);
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
