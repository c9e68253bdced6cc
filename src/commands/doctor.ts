import { OrdersCommand } from "../cli/orders-command.ts";
import { settingFlags } from "../cli/setting-flags.ts";
import { exitCodeOf } from "../failure/failure.ts";
import type { Diagnosis } from "../runtime/stack/doctor/diagnosis.ts";

export default class Doctor extends OrdersCommand {
  static override summary = "Say whether this machine can run the pipeline, and what is missing";
  static override description =
    "Looks at Node, Java, Maven, Docker, disk, ports and, where it answers, Kafka. Exit code 4 when no engine can run.";
  static override examples = [
    { description: "Look at this machine", command: "<%= config.bin %> doctor" },
  ];
  static override flags = { ...settingFlags("brokers", "databaseUrl", "topic") };

  async run(): Promise<Diagnosis> {
    const { flags } = await this.parse(Doctor);
    const { diagnose } = await import("../runtime/stack/doctor/diagnose.ts");
    const { diagnosisText } = await import("../runtime/stack/doctor/show/diagnosis-text.ts");
    const diagnosis = await diagnose(this.stackName(flags), this.resolved(flags));
    this.print(diagnosisText(diagnosis));
    const broken = diagnosis.checks.some(({ state }) => state === "missing");
    if (diagnosis.engine === null || broken) this.endWith(exitCodeOf.environment);
    return diagnosis;
  }
}
