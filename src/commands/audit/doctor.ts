import type { MappingJson } from "../../audit/show/mapping-report.ts";
import { mappingFlags } from "../../cli/mapping-flags.ts";
import { OrdersCommand } from "../../cli/orders-command.ts";
import { kafkaFlags, settingFlags } from "../../cli/setting-flags.ts";

export default class AuditDoctor extends OrdersCommand {
  static override summary = "Say whether a mapping fits another system, before it is audited";
  static override description =
    `Reads the tables that the mapping names and counts their rows, reads the last messages of the
topic through no consumer group, decodes them, and holds them against the rows of their orders. Each
line says OK, missing (evidence that this system does not give, and what follows from it) or WRONG.

Exit 0: it fits; 2: something in it is wrong; 3: evidence is missing without which audits stay
inconclusive; 4: a service cannot be reached. Changes nothing.`;
  static override examples = [
    "<%= config.bin %> audit doctor --mapping theirs.toml --database-url postgresql://auditor@db/sales --brokers kafka:9092 --topic sales --group sales-worker",
    "<%= config.bin %> audit doctor --mapping theirs.toml --map orders.money=cents --json",
  ];
  static override flags = {
    ...mappingFlags,
    ...settingFlags("topic", "group", "databaseUrl", "statementTimeoutMs", ...kafkaFlags),
  };

  async run(): Promise<MappingJson> {
    const { flags } = await this.parse(AuditDoctor);
    const { examineMapping } = await import("../../audit/wiring/examine-mapping.ts");
    const { readMapping } = await import("../../audit/wiring/read-mapping.ts");
    const { mappingJson, mappingText } = await import("../../audit/show/mapping-report.ts");
    const { terminalOf } = await import("../../report/terminal.ts");
    const mapping = readMapping(flags);
    const diagnosis = await examineMapping(this.resolvedToRead(flags).values, mapping);
    this.print(mappingText(diagnosis, terminalOf(process.stdout, process.env)));
    this.endWith(diagnosis.exitCode);
    return mappingJson(diagnosis);
  }
}
