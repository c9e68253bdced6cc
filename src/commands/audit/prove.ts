import * as Flags from "@oclif/core/flags";
import { engineFlag } from "../../cli/engine-flag.ts";
import { OrdersCommand } from "../../cli/orders-command.ts";
import { recordFlags } from "../../cli/run-record-flags.ts";
import { kafkaSecurityFlags, settingFlags } from "../../cli/setting-flags.ts";
import type { ProofListJson } from "../../prove/show/list.ts";
import type { ProofJson } from "../../prove/show/proof-report.ts";

export default class AuditProve extends OrdersCommand {
  static override summary =
    "Put the auditor itself on trial: systems broken on purpose, and sound ones";
  static override description = `\
Runs the audits against systems that are broken on purpose, each in one way: consumers that lose an
update, oversell, drop, double, or write what nobody sent; relays and counters of the shop; a log or a
database to which something was done. Each fault says beforehand which checks must fire, and every
other check must stay silent. Then against sound ones: every strategy of the reservation, and the shop,
in as many rounds as asked for, each with another seed; there no check may fire. Prints the matrix,
fault by check.

Boots Kafka and PostgreSQL of its own, and removes them. Each fault has a database and topics of its
own; nothing is ever written to others, whatever the shell names.

Exit code 0 when every fault was found and there was no false alarm, else 1; 3 when it could not tell
of a sound system; 4 the environment is not there.`;
  static override examples = [
    "<%= config.bin %> audit prove",
    {
      description: "What there is, without running it",
      command: "<%= config.bin %> audit prove --list",
    },
    "<%= config.bin %> audit prove --only lost-update --only oversell",
    {
      description: "Sound systems alone, many times",
      command: "<%= config.bin %> audit prove --only batch --only spread --rounds 50",
    },
    {
      description: "On services of your own, in databases and topics of its own",
      command:
        "<%= config.bin %> audit prove --engine external --i-own-this --brokers kafka:9092 --database-url postgresql://app@db/orders",
    },
  ];
  static override flags = {
    only: Flags.string({
      summary: "run this fault, or this sound system, only; may be given several times",
      multiple: true,
      helpValue: "NAME",
    }),
    list: Flags.boolean({ summary: "say what there is, and run nothing", default: false }),
    rounds: Flags.integer({
      summary: "runs of each sound system, each with another seed",
      default: 1,
      min: 0,
      max: 1_000,
      helpValue: "N",
    }),
    seed: Flags.string({
      summary: "the same seed gives the same orders; left out, another one each time",
      helpValue: "TEXT",
    }),
    engine: engineFlag("what runs Kafka and PostgreSQL"),
    "i-own-this": Flags.boolean({
      summary: "with --engine external: databases and topics may be made there",
      default: false,
    }),
    ...recordFlags,
    ...settingFlags("brokers", "databaseUrl", ...kafkaSecurityFlags),
  };

  async run(): Promise<ProofJson | ProofListJson | undefined> {
    const { flags } = await this.parse(AuditProve);
    const { choose } = await import("../../prove/choose.ts");
    const { terminalOf } = await import("../../report/terminal.ts");
    const chosen = choose(flags.only ?? []);
    if (flags.list) {
      const { listJson, listText } = await import("../../prove/show/list.ts");
      this.print(listText(chosen, terminalOf(process.stdout, process.env)));
      return listJson(chosen);
    }
    const { randomBytes } = await import("node:crypto");
    const { listrNarrator } = await import("../../report/listr-narrator.ts");
    const { proveOnOwnStack } = await import("../../prove/prove-on-own-stack.ts");
    const { proofJson, proofReport, proofText } = await import("../../prove/show/proof-report.ts");
    const { runRecorded } = await import("../../cli/run-recorded.ts");
    return runRecorded(
      this.output(),
      { ...flags, details: true },
      {
        title: "orders audit prove",
        doing: "stopping, and removing what was made",
        run: (signal, saveLogs) =>
          proveOnOwnStack(
            {
              ...{ ...chosen, rounds: flags.rounds, engine: flags.engine, signal, saveLogs },
              seed: flags.seed ?? randomBytes(4).toString("hex"),
              stack: flags.stack === undefined ? undefined : this.stackName(flags),
              iOwnThis: flags["i-own-this"],
              settings: this.resolved(flags),
              note: (line) => this.note(line),
            },
            listrNarrator({ quiet: this.quiet }),
          ),
        json: proofJson,
        text: (proof, terminal, _, end) =>
          proofText(proof, terminal, { unwritten: end?.unwritten ?? [] }),
        report: proofReport,
      },
    );
  }
}
