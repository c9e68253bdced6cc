import type { PipelineFault } from "../fault.ts";

export const deadLetterDropped: PipelineFault = {
  of: "pipeline",
  name: "dead-letter-dropped",
  explanation: "the consumer skips a message that it cannot decide, and records no dead letter",
  fires: [
    { check: "messages-decided-once", because: "the offset has passed it, and nothing is left" },
  ],
  consume: (world) => world.consume({ bury: async () => {} }),
};
