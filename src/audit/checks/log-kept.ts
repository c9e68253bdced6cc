import { runCheck } from "../check.ts";
import { passed, unknown } from "../finding.ts";

const check = "log-kept";

/** What retention has removed cannot be held against the rows any more. */
export const logKept = runCheck({
  name: check,
  explanation: "The log still holds every message since the run began.",
  needs: ["log", "baseline"],
  judge({ log, baseline }) {
    const expected = "all messages since the run began";
    if (baseline === undefined) {
      const detail = "the log's end was not noted before the run";
      return unknown(check, { expected, found: "no baseline", detail, required: false });
    }
    const began = new Map(baseline.log.map(({ partition, high }) => [partition, high]));
    const cut = log.filter(({ partition, low }) => low > (began.get(partition) ?? 0));
    if (cut.length === 0) return passed(check, { expected, found: "all" });
    return unknown(check, {
      expected,
      found: `${cut.length} partitions begin later`,
      detail: `the topic's retention has removed messages of the run from ${cut.length} partitions, so they were not seen; give the topic a longer retention.ms or retention.bytes`,
      examples: cut.map(
        ({ partition, low }) =>
          `partition ${partition} begins at ${low}, the run began at ${began.get(partition) ?? 0}`,
      ),
    });
  },
});
