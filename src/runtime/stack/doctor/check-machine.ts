import type { EngineEvidence } from "../engines/choose-engine.ts";
import type { Check } from "./diagnosis.ts";

const nodeMin = [20, 19] as const;

/** Pure. @param version e.g. 20.19.4. */
export function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const isEnough = major > nodeMin[0] || (major === nodeMin[0] && minor >= nodeMin[1]);
  return isEnough
    ? ok("Node", version)
    : {
        name: "Node",
        state: "missing",
        found: version,
        why: `orders needs Node ${nodeMin.join(".")} or newer`,
        remedy: "install a newer Node, e.g. the current LTS version",
      };
}

/** Pure. The programs one by one; what lacks them is said by the engines' lines. */
export function checkPrograms(evidence: EngineEvidence): readonly Check[] {
  const { javaMajor, maven, kafkaHere, docker, embeddedPostgres, platform } = evidence;
  const part = (name: string, there: boolean, found: string, why: string): Check =>
    there ? ok(name, found) : { name, state: "warning", found, why, remedy: null };
  const client = docker.client ? "client here" : "not on the PATH";
  return [
    part(
      "Java",
      javaMajor !== undefined && javaMajor >= 17,
      javaMajor === undefined ? "not found" : `version ${javaMajor}`,
      "the local engine runs Kafka on Java 17 or newer",
    ),
    part(
      "Maven",
      maven || kafkaHere,
      maven ? "on the PATH" : kafkaHere ? "not found, and not needed" : "not found",
      "the local engine resolves Kafka's jars with it, once",
    ),
    ok("Kafka's jars", kafkaHere ? "here" : "not here yet: the first `up` downloads 54 MB"),
    part(
      "PostgreSQL binaries",
      embeddedPostgres,
      embeddedPostgres ? `for ${platform}` : `none for ${platform}`,
      "the local engine runs PostgreSQL from an npm package",
    ),
    part(
      "Docker",
      docker.client && docker.daemon && docker.compose,
      `${client}, daemon ${docker.daemon ? "answers" : "does not answer"}, compose plugin ${docker.compose ? "here" : "missing"}`,
      "the docker engine needs all three",
    ),
  ];
}

function ok(name: string, found: string): Check {
  return { name, state: "ok", found, why: null, remedy: null };
}
