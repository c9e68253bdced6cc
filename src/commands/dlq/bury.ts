import * as Args from "@oclif/core/args";
import { OrdersCommand } from "../../cli/orders-command.ts";
import { kafkaSecurityFlags, settingFlags } from "../../cli/setting-flags.ts";
import type { Buried } from "../../letters/bury-batch.ts";

export default class DlqBury extends OrdersCommand {
  static override summary =
    "Dead-letter a batch that cannot be decoded, so that its partition goes on";
  static override description =
    "A batch whose checksum is wrong, whose compression or format nobody knows, that is malformed or expands beyond --expanded-batch-bytes stops its partition and no other: `orders lag` and `orders status` name it. Buried, it is one dead letter (reason undecodable_batch) for all its offsets, with its first 64 KiB as stored; the group's stored offset moves behind it in the same transaction, and running consumers go on within seconds. Orders in it get no outcome of their own: their offsets end as dead-lettered.";
  static override examples = [
    {
      description: "The batch at which partition 3 stands, as `orders lag` names it",
      command: "<%= config.bin %> dlq bury orders-placed/3/4711",
    },
    {
      description: "What it held, as far as anybody can tell",
      command: "<%= config.bin %> dlq show orders-placed/3/4711 --hex",
    },
  ];
  static override args = {
    batch: Args.string({ required: true, description: "topic/partition/offset where it stands" }),
  };
  static override flags = {
    ...settingFlags(
      "group",
      "brokers",
      "databaseUrl",
      "expandedBatchBytes",
      "connectTimeoutMs",
      "requestTimeoutMs",
      "statementTimeoutMs",
      "lockTimeoutMs",
      ...kafkaSecurityFlags,
    ),
  };

  async run(): Promise<Buried> {
    const { args, flags } = await this.parse(DlqBury);
    const { Failure } = await import("../../failure/failure.ts");
    const { parseLetterRef } = await import("../../letters/letter-ref.ts");
    const { buryBatch } = await import("../../letters/bury-batch.ts");
    const ref = parseLetterRef(args.batch);
    if (ref.kind === "id")
      throw new Failure("usage", {
        what: `${args.batch} names no batch`,
        remedy: "give topic/partition/offset, as `orders lag` prints it",
      });
    const buried = await buryBatch(this.resolved(flags).values, ref);
    const { topic, partition, first_offset: first, last_offset: last } = buried;
    this.print(
      `Buried ${topic}/${partition}, offsets ${first} to ${last} (${buried.why}), ${
        buried.letter === null ? "whose letter stands already" : `as dead letter ${buried.letter}`
      }; group ${buried.group} goes on at ${last + 1}.`,
    );
    return buried;
  }
}
