import type { PipelineFault } from "../fault.ts";

/** As after a leader was elected that had nothing of it. */
export const logMadeAnew: PipelineFault = {
  of: "pipeline",
  name: "log-made-anew",
  explanation: "the log loses what it had acknowledged, after it was decided",
  fires: [
    { check: "accepted-are-logged", because: "the messages of accepted orders are gone" },
    { check: "rows-have-messages", because: "the rows name messages that are not there" },
  ],
  afterwards: (world) => world.loseLog(),
};
