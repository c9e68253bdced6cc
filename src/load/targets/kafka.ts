import type { LoadTarget } from "../target.ts";
import type { TargetKind, TargetPorts } from "./target-kind.ts";

/** As the API would write them, without the API. */
export const kafkaTarget = {
  name: "kafka",
  summary: "straight onto the topic",
  async open({ log }: Pick<TargetPorts, "log">): Promise<LoadTarget> {
    const { createKafkaTarget } = await import("../sending/create-kafka-target.ts");
    return createKafkaTarget(await log(), kafkaTarget.name);
  },
} satisfies TargetKind;
