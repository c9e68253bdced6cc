import type { BringUpOptions } from "./bring-up-options.ts";
import { choosePipelinePorts } from "./choose-pipeline-ports.ts";
import { runningChildren } from "./processes/stop-children.ts";
import { readSupervisorSpec } from "./processes/supervisor-files.ts";
import { readStackRecord, type StackRecord } from "./stack-record.ts";

type ShapeOptions = Pick<
  BringUpOptions,
  "engine" | "why" | "onlyInfra" | "settings" | "scale" | "ports"
>;

/** How many of what, and where they listen. */
export async function chooseShape(options: ShapeOptions, directory: string): Promise<StackRecord> {
  const former = readStackRecord(directory);
  const { engine, why, onlyInfra, settings } = options;
  const { topic, group } = settings.values;
  const keep = former?.scale ?? { api: 1, consumer: 1 };
  const scale = {
    api: options.scale.api ?? keep.api,
    consumer: options.scale.consumer ?? keep.consumer,
  };
  const specs = readSupervisorSpec(directory)?.children ?? [];
  const running = new Map(
    runningChildren(directory).flatMap(({ name }) => {
      const port = specs.find((spec) => spec.name === name)?.port;
      return port === undefined ? [] : [[name, port] as const];
    }),
  );
  return { engine: engine.name, why, scale, ports: await ports(), topic, group };

  async function ports(): Promise<StackRecord["ports"]> {
    if (onlyInfra) return former?.ports ?? { api: [], consumer: [] };
    const apiPort = options.ports.api;
    return choosePipelinePorts({ scale, apiPort, recorded: former?.ports, running });
  }
}
