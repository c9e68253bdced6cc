import { existsSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { Failure } from "../../../../failure/failure.ts";
import { cleanEnvironment } from "../../../lifecycle/processes/clean-environment.ts";

export interface Java {
  readonly path: string;
  /** 17, 21, … */
  readonly major: number;
  /** The whole answer of `java -version`: another build needs another class archive. */
  readonly version: string;
}

/** What Kafka 4 needs. */
export const javaMajorMin = 17;
const answerWithinMs = 10_000;

/** @returns the java of JAVA_HOME, else of the PATH; undefined when there is none. */
export async function findJava(): Promise<Java | undefined> {
  const home = process.env.JAVA_HOME;
  const ofHome = home ? join(home, "bin", "java") : undefined;
  const path = ofHome !== undefined && existsSync(ofHome) ? ofHome : "java";
  const { exitCode, stderr } = await execa(path, ["-version"], {
    reject: false,
    timeout: answerWithinMs,
    env: cleanEnvironment(process.env),
    extendEnv: false,
  });
  const major = exitCode === 0 ? parseJavaMajor(stderr) : undefined;
  return major === undefined ? undefined : { path, major, version: stderr };
}

/** Pure: `java -version` says `openjdk version "17.0.15"`, and before 9 `"1.8.0_292"`. */
export function parseJavaMajor(answer: string): number | undefined {
  const found = /version "(?:1\.)?(\d+)/.exec(answer)?.[1];
  return found === undefined ? undefined : Number(found);
}

/** @throws Failure("environment") when there is none, or it is too old. */
export async function requireJava(): Promise<Java> {
  const java = await findJava();
  if (java !== undefined && java.major >= javaMajorMin) return java;
  throw new Failure("environment", {
    what:
      java === undefined
        ? "no java was found on the PATH or in JAVA_HOME"
        : `java is version ${java.major}, Kafka needs ${javaMajorMin} or newer`,
    meaning: "the local engine runs Kafka on Java",
    remedy: `install Java ${javaMajorMin} or newer (Debian: apt install openjdk-17-jre-headless maven; macOS: brew install openjdk maven), or use --engine docker; \`orders doctor\` shows the rest`,
  });
}
