import { join } from "node:path";
import type { KafkaAuth } from "../../../settings/settings.ts";
import { killOffspring } from "../../processes/end-process.ts";
import { findFreePort } from "../../processes/free-port.ts";
import { stopChildren } from "../../processes/stop-children.ts";
import { amendChildren } from "../../processes/supervisor-client.ts";
import { type ChildRecord, readSupervisorSpec } from "../../processes/supervisor-files.ts";
import type { Endpoints, EngineContext, LocalStart } from "../../services/service.ts";
import { classArchiveArgs, trainingService } from "./class-archive-args.ts";
import { requireJava } from "./java.ts";
import { authOfSpec, brokerSpec, isBrokerMade, prepareBroker } from "./kafka-broker.ts";
import { kafkaJars } from "./kafka-jars.ts";
import { type KafkaLogin, readKafkaLogin } from "./kafka-login.ts";
import { engineDirectory, readLocalRecord, writeLocalRecord } from "./local-record.ts";

const stopGraceMs = 10_000;

/** Of its port, in the record. */
const controller = "controller";

/**
 * Downloads, prepares and starts the broker; leaves one that runs on the wanted port, and asks for a
 * login or not as wanted, alone.
 */
export async function startKafka(start: LocalStart): Promise<Partial<Endpoints>> {
  const { context, running, port } = start;
  const kept = running === undefined ? undefined : readLocalRecord(context)?.ports[controller];
  const controllerPort = kept ?? (await findFreePort());
  const auth = start.kafkaAuth ?? keptAuth(context, running);
  // Read anew: what is started beside it writes into the record, too.
  const record = readLocalRecord(context);
  const ports = { ...record?.ports, [controller]: controllerPort };
  writeLocalRecord(context, { ...record, ports, kafkaAuth: auth });
  const kafkaLogin = await startBroker(start, { port, controllerPort, auth });
  return {
    brokers: `127.0.0.1:${port}`,
    kafkaAuth: auth,
    ...(kafkaLogin === undefined ? {} : { kafkaLogin }),
  };
}

/** @returns the login that it asks for. */
async function startBroker(
  { context, running, signal, timeoutMs, progress }: LocalStart,
  wanted: { readonly port: number; readonly controllerPort: number; readonly auth: KafkaAuth },
): Promise<KafkaLogin | undefined> {
  const { port, auth } = wanted;
  const directory = kafkaDirectory(context);
  if (running?.port === port && runningAuth(context) === auth) {
    const login = auth === "none" ? undefined : readKafkaLogin(directory);
    // Nobody knows the password of one whose login.json is gone: it gets another.
    if (auth === "none" || login !== undefined) return login;
  }
  // Left by an `up` that was killed while it prepared the classes.
  killOffspring(context.directory, trainingService);
  const java = await requireJava();
  const program = { java, jars: await kafkaJars(signal, progress) };
  // From here on: a download takes as long as the network wants, within a limit of its own.
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const archive = await classArchiveArgs(program, context.directory, bounded, progress);
  progress("starting");
  const login = await prepareBroker(program, directory, wanted, bounded);
  bounded.throwIfAborted();
  // Gone before the other is there: who asks the former one hears that its login is wrong for good.
  if (running !== undefined) await stopChildren(context.directory, [running.name], stopGraceMs);
  await amendChildren(context.directory, {
    put: [brokerSpec(program, directory, { port, auth }, archive)],
  });
  return login;
}

/** What a stack's broker asks for unless it is told: what it does, or did; one to be made, a login. */
function keptAuth(context: EngineContext, running: ChildRecord | undefined): KafkaAuth {
  if (running !== undefined) return runningAuth(context);
  const made = isBrokerMade(kafkaDirectory(context));
  return readLocalRecord(context)?.kafkaAuth ?? (made ? "none" : "sasl");
}

function runningAuth({ directory }: EngineContext): KafkaAuth {
  const specs = readSupervisorSpec(directory)?.children ?? [];
  return authOfSpec(specs.find(({ name }) => name === "kafka"));
}

function kafkaDirectory(context: EngineContext): string {
  return join(engineDirectory(context), "kafka");
}
