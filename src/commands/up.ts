import * as Flags from "@oclif/core/flags";
import { engineFlag } from "../cli/engine-flag.ts";
import { OrdersCommand } from "../cli/orders-command.ts";
import { parseScale, scaleText } from "../cli/parse-scale.ts";
import { portFlags, portsAsked } from "../cli/port-flags.ts";
import { kafkaSecurityFlags, settingFlags } from "../cli/setting-flags.ts";
import { profileAsked } from "../runtime/stack/profile-asked.ts";
import { servicesIn } from "../runtime/stack/services/profile.ts";
import { stackProfiles, supervisedServices } from "../runtime/stack/services/service.ts";
import { knownServices, services } from "../runtime/stack/services/services.ts";
import { stackDirectory } from "../runtime/stack/stack-paths.ts";
import { readStackRecord } from "../runtime/stack/stack-record.ts";
import { lastStackSettings, type StackSettings } from "../runtime/stack/stack-settings.ts";
import type { StackStatus } from "../runtime/stack/stack-status.ts";

export default class Up extends OrdersCommand {
  static override summary = "Boot the pipeline: Kafka, PostgreSQL, topics, tables, API, consumers";
  static override description =
    "Starts everything in the background and waits until each part really answers. What runs already is left alone, what is missing is repaired. What it starts is supervised: a process that dies is started again, and after a few deaths in a minute is left down with its reason (`orders status`). If it cannot boot, it stops what it started. Data stays over `orders down`.";
  static override examples = [
    { description: "Boot on whatever this machine has", command: "<%= config.bin %> up" },
    { description: "Three consumers", command: "<%= config.bin %> up --scale consumer=3" },
    {
      description: "A second stack beside the first, on free ports",
      command: "<%= config.bin %> up --stack other --port 0 --kafka-port 0 --postgres-port 0",
    },
    {
      description: "Kafka and PostgreSQL only, to run the rest by hand",
      command: "<%= config.bin %> up --only infra",
    },
    {
      description: "See what the consumers ask the database, on a running stack, too",
      command:
        "<%= config.bin %> up --log-statements && <%= config.bin %> logs postgres -f; <%= config.bin %> up --no-log-statements",
    },
    {
      description: "Consumers that lock row by row (README: Strategies)",
      command: "<%= config.bin %> up --strategy row-lock",
    },
    {
      description: "API and consumers on services that run elsewhere",
      command:
        "KAFKA_BROKERS=kafka:9092 DATABASE_URL=postgresql://… <%= config.bin %> up --engine external",
    },
  ];
  static override flags = {
    engine: engineFlag(
      "what runs Kafka and PostgreSQL: Docker, processes of this machine, or services that exist",
    ),
    profile: Flags.string({
      summary:
        "what the stack has beside the pipeline: a shop with its gateway, or none; a stack that exists stays as it is unless told",
      options: [...stackProfiles, "none"],
    }),
    scale: Flags.string({
      summary: `how many processes: ${scaleText(supervisedServices(knownServices).map(({ name }) => name))}; may be given twice`,
      multiple: true,
      helpValue: "SERVICE=N",
    }),
    only: Flags.string({
      summary: "infra: Kafka, PostgreSQL, topics and tables, no API and no consumers",
      options: ["infra"],
    }),
    timeout: Flags.string({
      summary: "longest time until everything must be ready; downloads are not counted",
      default: "2m",
      helpValue: "D",
    }),
    ...portFlags(services),
    migrate: Flags.boolean({
      summary: "external engine: bring tables up to date even in a schema that is not empty",
      default: false,
    }),
    "allow-naive": Flags.boolean({
      summary:
        "let the strategy naive, which loses updates, run on this stack's database until `orders reset`",
      default: false,
    }),
    "log-statements": Flags.boolean({
      summary:
        "PostgreSQL logs every statement, without parameters (`orders logs postgres`), until --no-log-statements; on a running stack, too",
      allowNo: true,
    }),
    ...settingFlags(
      ...(["strategy", "kafkaAuth", "brokers", "databaseUrl", "topic", "group"] as const),
      ...kafkaSecurityFlags,
    ),
  };

  /** A stack made on external services keeps their addresses while it is down, too. */
  protected override stackLayer(stack: string): StackSettings | undefined {
    const isExternal = readStackRecord(stackDirectory(stack))?.engine === "external";
    return isExternal ? lastStackSettings(stack) : super.stackLayer(stack);
  }

  async run(): Promise<StackStatus | undefined> {
    const { flags } = await this.parse(Up);
    const { parseDuration } = await import("../ports/duration.ts");
    const { bootStack } = await import("../runtime/stack/boot-stack.ts");
    const { showBoot } = await import("../runtime/stack/show/show-boot.ts");
    const { upText } = await import("../runtime/stack/show/stack-status.ts");
    const { untilStopped } = await import("../cli/until-stopped.ts");
    const stack = this.stackName(flags);
    const settings = this.resolved(flags);
    const profile = profileAsked(stack, flags.profile);
    const made = servicesIn(profile, knownServices);
    const options = {
      ...{ stack, settings, profile, engine: flags.engine, migrate: flags.migrate },
      scale: parseScale(flags.scale ?? [], made),
      ports: portsAsked(made, flags),
      onlyInfra: flags.only === "infra",
      allowNaive: flags["allow-naive"],
      logStatements: flags["log-statements"],
      timeoutMs: parseDuration(flags.timeout, "--timeout", { minMs: 1_000, maxMs: 3_600_000 }),
    };
    const note = (line: string) => this.note(line);
    return untilStopped(note, "stopping what was started", async (shutdown) => {
      try {
        const { signal } = shutdown;
        const status = await bootStack(
          { ...options, signal },
          {
            chosen: ({ engine, why }) => note(`Engine: ${engine} (${why})`),
            during: (steps, boot) => showBoot(steps, { quiet: this.quiet }, boot),
          },
        );
        this.print(upText(status));
        return status;
      } catch (error) {
        if (!shutdown.signal.aborted) throw error;
        note("Stopped; what had been started is stopped again.");
        this.endWith(shutdown.exitCode);
        return undefined;
      }
    });
  }
}
