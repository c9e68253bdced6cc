import { join } from "node:path";
import { killOffspring } from "../../processes/end-process.ts";
import { amendChildren } from "../../processes/supervisor-client.ts";
import type { ChildRecord } from "../../processes/supervisor-files.ts";
import type { EngineContext } from "../engine.ts";
import { requireJava } from "./java.ts";
import { brokerSpec, prepareBroker } from "./kafka-broker.ts";
import { classArchiveArgs, trainingService } from "./kafka-class-archive.ts";
import { kafkaJars } from "./kafka-jars.ts";
import { engineDirectory, type LocalRecord } from "./local-record.ts";

/** Downloads, prepares and starts the broker; leaves one that runs on the wanted port alone. */
export async function startKafka(
  context: EngineContext,
  running: ChildRecord | undefined,
  ports: LocalRecord["ports"],
  { signal, timeoutMs }: { readonly signal: AbortSignal; readonly timeoutMs: number },
  progress: (doing: string) => void,
): Promise<void> {
  if (running?.port === ports.kafka) return;
  // Left by an `up` that was killed while it prepared the classes.
  killOffspring(context.directory, trainingService);
  const java = await requireJava();
  const program = { java, jars: await kafkaJars(signal, progress) };
  // From here on: a download takes as long as the network wants, within a limit of its own.
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const directory = join(engineDirectory(context), "kafka");
  const archive = await classArchiveArgs(program, context.directory, bounded, progress);
  progress("starting");
  const { kafka: port, controller: controllerPort } = ports;
  await prepareBroker(program, directory, { port, controllerPort }, bounded);
  bounded.throwIfAborted();
  await amendChildren(context.directory, {
    put: [brokerSpec(program, directory, port, archive)],
  });
}
