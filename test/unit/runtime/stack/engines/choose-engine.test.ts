import { describe, expect, it } from "vitest";
import { Failure } from "../../../../../src/failure/failure.ts";
import {
  chooseEngine,
  type EngineEvidence,
  missingFor,
} from "../../../../../src/runtime/stack/engines/choose-engine.ts";
import type { EngineName } from "../../../../../src/runtime/stack/engines/engine.ts";

const dockerWorks = { client: true, daemon: true, compose: true };
const noDocker = { client: false, daemon: false, compose: false };

const everything: EngineEvidence = {
  asked: "auto",
  brokersGiven: false,
  databaseGiven: false,
  stackEngine: undefined,
  docker: dockerWorks,
  javaMajor: 17,
  maven: true,
  kafkaHere: false,
  embeddedPostgres: true,
  platform: "linux-x64",
};

const nothing: EngineEvidence = {
  ...everything,
  docker: noDocker,
  javaMajor: undefined,
  maven: false,
  embeddedPostgres: false,
};

function choose(base: EngineEvidence, change: Partial<EngineEvidence> = {}) {
  return chooseEngine({ ...base, ...change });
}

function refusal(base: EngineEvidence, change: Partial<EngineEvidence> = {}): Failure {
  const choice = choose(base, change);
  if (choice instanceof Failure) return choice;
  throw new Error(`chose ${choice.engine}`);
}

describe("auto", () => {
  it.each<[string, Partial<EngineEvidence>, EngineName]>([
    ["both addresses are given", { brokersGiven: true, databaseGiven: true }, "external"],
    ["Docker answers", {}, "docker"],
    ["Docker answers and nothing else is there", { ...nothing, docker: dockerWorks }, "docker"],
    ["no docker client", { docker: noDocker }, "local"],
    ["no daemon", { docker: { ...dockerWorks, daemon: false } }, "local"],
    ["no compose plugin", { docker: { ...dockerWorks, compose: false } }, "local"],
    ["Kafka is here, Maven is not", { docker: noDocker, maven: false, kafkaHere: true }, "local"],
    ["newer Java", { docker: noDocker, javaMajor: 25 }, "local"],
    ["the stack was made on local", { stackEngine: "local" }, "local"],
    ["the stack was made on docker", { stackEngine: "docker" }, "docker"],
    [
      "the stack was made on external, whose addresses are known",
      { stackEngine: "external", brokersGiven: true, databaseGiven: true },
      "external",
    ],
  ])("%s", (_, change, engine) => {
    const choice = choose(everything, change);
    expect(choice).toMatchObject({ engine });
    expect((choice as { why: string }).why).not.toBe("");
  });

  it("says what kept Docker from being used", () => {
    const docker = { client: true, daemon: false, compose: false };
    expect(choose(everything, { docker })).toMatchObject({
      why: expect.stringMatching(/daemon does not answer and docker has no compose plugin/),
    });
  });

  it.each<[string, Partial<EngineEvidence>, RegExp]>([
    ["no Java", { javaMajor: undefined }, /no Java.*install Java 17/s],
    ["old Java", { javaMajor: 11 }, /Java 11, Kafka needs 17/],
    ["no Maven", { maven: false }, /no Maven.*KAFKA_HOME/s],
    ["no binaries", { embeddedPostgres: false }, /linux-x64.*--include=optional/s],
    ["nothing", nothing, /no docker on the PATH.*no Java.*no Maven.*no PostgreSQL/s],
  ])("neither Docker nor local works: %s", (_, change, told) => {
    const failure = refusal({ ...everything, docker: noDocker }, change);
    expect(failure.kind).toBe("environment");
    expect(`${failure.message} ${failure.remedy}`).toMatch(told);
    expect(failure.remedy).toContain("KAFKA_BROKERS");
  });
});

describe("one address without the other", () => {
  it.each<["auto" | "external", boolean]>([
    ["auto", true],
    ["auto", false],
    ["external", true],
    ["external", false],
  ])("is a usage error on %s (brokers given: %s)", (asked, brokersGiven) => {
    const failure = refusal(everything, { asked, brokersGiven, databaseGiven: !brokersGiven });
    expect(failure.kind).toBe("usage");
    expect(failure.message).toMatch(brokersGiven ? /no database/ : /no Kafka brokers/);
    expect(failure.remedy).toContain(brokersGiven ? "DATABASE_URL" : "KAFKA_BROKERS");
  });

  it.each<EngineName>(["docker", "local"])("does not matter to %s, asked for by name", (asked) => {
    expect(choose(everything, { asked, brokersGiven: true })).toMatchObject({ engine: asked });
    expect(choose(everything, { asked, databaseGiven: true })).toMatchObject({ engine: asked });
  });
});

describe("asked for by name", () => {
  it.each<EngineName>(["docker", "local", "external"])("%s is taken", (asked) => {
    const given = { brokersGiven: true, databaseGiven: true };
    expect(choose(everything, { asked, ...given })).toMatchObject({
      engine: asked,
      why: `asked for with --engine ${asked}`,
    });
  });

  it.each<["docker" | "local", RegExp]>([
    ["docker", /no docker on the PATH/],
    ["local", /no Java.*no Maven.*no PostgreSQL/],
  ])("%s is refused with what it lacks, even where another would work", (asked, lacks) => {
    const others = asked === "docker" ? { docker: noDocker } : { ...nothing, docker: dockerWorks };
    const failure = refusal(everything, { ...others, asked });
    expect(failure.kind).toBe("environment");
    expect(failure.message).toMatch(lacks);
  });

  it("external needs both addresses", () => {
    expect(refusal(everything, { asked: "external" }).kind).toBe("usage");
  });
});

describe("a stack that was made on another engine", () => {
  it.each<[Partial<EngineEvidence>, EngineName]>([
    [{ asked: "docker" }, "local"],
    [{ asked: "local" }, "docker"],
    [{ brokersGiven: true, databaseGiven: true }, "local"],
    [{ asked: "local" }, "external"],
  ])("is not moved: %j on %s", (change, stackEngine) => {
    const failure = refusal(everything, { ...change, stackEngine });
    expect(failure.kind).toBe("usage");
    expect(failure.message).toContain(`made on the ${stackEngine} engine`);
    expect(failure.remedy).toContain("--stack");
  });

  it("does not fall back to another when its own is gone: its data is there", () => {
    expect(refusal(everything, { stackEngine: "docker", docker: noDocker }).kind).toBe(
      "environment",
    );
    expect(refusal(everything, { stackEngine: "local", javaMajor: undefined }).message).toContain(
      "local engine cannot run",
    );
  });
});

describe("missingFor", () => {
  it("names each lack with its remedy; external lacks nothing", () => {
    expect(missingFor("docker", everything)).toEqual([]);
    expect(missingFor("local", everything)).toEqual([]);
    expect(missingFor("external", nothing)).toEqual([]);
    expect(missingFor("local", nothing)).toHaveLength(3);
    // Without a client the rest cannot be told.
    expect(missingFor("docker", nothing)).toHaveLength(1);
    expect(
      missingFor("docker", { ...everything, docker: { ...noDocker, client: true } }),
    ).toHaveLength(2);
  });
});
