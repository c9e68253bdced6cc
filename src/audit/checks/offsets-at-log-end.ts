import { runCheck } from "../check.ts";
import { failed, passed, unknown } from "../finding.ts";

const check = "offsets-at-log-end";

/**
 * The consumer's own offsets, stored with its effects, stand at the end of every partition. Kafka's
 * group may say that all is read; only this says that all is decided.
 */
export const offsetsAtLogEnd = runCheck({
  name: check,
  look: "partitions",
  explanation:
    "The offsets stored with their effects stand at the end of every partition that the run wrote to.",
  needs: ["storedOffsets", "log", "drained", "present", "baseline"],
  judge(evidence) {
    const { storedOffsets, log, drained, present, baseline } = evidence;
    // Partitions that the run wrote to: what lies before it may never have been meant for this group.
    const before = new Map(baseline?.log.map(({ partition, high }) => [partition, high]));
    const written = log.filter(({ partition, low, high }) => high > (before.get(partition) ?? low));
    const expected = `${written.length} partitions at their end`;
    if (storedOffsets === undefined) {
      return unknown(check, {
        expected,
        found: "no offsets",
        detail: present.consumerOffsets
          ? "consumer_offsets has no row of this group and topic: another program consumes"
          : "there is no consumer_offsets table",
        required: false,
      });
    }
    const behind = written.filter(
      ({ partition, high }) => (storedOffsets.get(partition) ?? 0) < high,
    );
    const text = { expected, found: `${written.length - behind.length} at their end` };
    if (behind.length === 0) return passed(check, text);
    const examples = behind.map(
      ({ partition, high }) =>
        `partition ${partition} (${storedOffsets.get(partition) ?? "nothing"} of ${high})`,
    );
    if (!drained) {
      return unknown(check, {
        ...text,
        detail: `${behind.length} of ${written.length} partitions were not decided to their end`,
        examples,
      });
    }
    return failed(check, {
      ...text,
      detail: `Kafka's group has no lag, yet the database has not decided ${behind.length} of ${written.length} partitions to their end: ${examples[0]}`,
      examples,
    });
  },
});
