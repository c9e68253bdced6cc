import type { Fault } from "../fault.ts";

/** As after a leader was elected that had nothing of it. */
export const logMadeAnew: Fault = {
  name: "log-made-anew",
  explanation: "the log loses what it had acknowledged, after it was decided",
  fires: [
    { check: "log-holds-accepted", because: "fewer messages are there than were accepted" },
    { check: "rows-come-from-log", because: "the messages of the rows are not there any more" },
  ],
  afterwards: (world) => world.loseLog(),
};
