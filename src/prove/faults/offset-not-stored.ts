import { commitToKafka } from "../commit-to-kafka.ts";
import { readAsked } from "../consumer/asked.ts";
import { right } from "../consumer/ways.ts";
import type { PipelineFault } from "../fault.ts";
import { befalls, isVictim } from "../victim.ts";

/** Kafka's group says that all is read. */
export const offsetNotStored: PipelineFault = {
  of: "pipeline",
  name: "offset-not-stored",
  explanation: "the consumer forgets one partition's offset in the database, and tells Kafka alone",
  fires: [
    {
      check: "offsets-agree-with-rows",
      because: "orders are decided that no stored offset has passed",
    },
  ],
  needs: befalls(),
  async consume(world) {
    const messages = await world.messages();
    const victims = messages.find((message) => {
      const asked = readAsked(message);
      return !("why" in asked) && isVictim(asked);
    });
    await world.consume({
      async deliver(database, message, decide, source) {
        if (message.partition === victims?.partition) await database.transaction(decide);
        else await right.deliver(database, message, decide, source);
      },
    });
    await commitToKafka(world);
  },
};
