import { countCheck } from "../check.ts";
import { counted, failed, passed, Sightings, unknown } from "../finding.ts";

const check = "events-counted-once";

/** By the ids that the analytics keep of what they have counted, as long as those of its day are kept. */
export const eventsCountedOnce = countCheck({
  name: check,
  look: "nothing",
  explanation: "The events that are noted as counted are those of the log, each once.",
  needs: ["doubt"],
  judge({ doubt }) {
    let events = 0;
    let copies = 0;
    let forgotten = 0;
    const missed = new Sightings();
    const strangers = new Sightings();
    return {
      see(trace) {
        if (trace.of !== "event") return;
        if (trace.copies === 0) {
          strangers.add(`${trace.eventId} (not in the log)`);
          return;
        }
        events += 1;
        copies += trace.copies - 1;
        if (trace.noted === undefined) forgotten += 1;
        else if (!trace.noted) missed.add(`${trace.eventId} (not noted)`);
      },
      finding() {
        const wrong = missed.count + strangers.count;
        const text = {
          expected: `${counted(events, "event")} noted as counted`,
          found: [
            ...(wrong === 0 ? ["each once"] : []),
            ...(missed.count === 0 ? [] : [`${missed.count} not noted`]),
            ...(strangers.count === 0 ? [] : [`${strangers.count} noted that are not in the log`]),
            ...(copies === 0 ? [] : [`${copies} more copies of them`]),
          ].join(", "),
          examples: [...missed.examples, ...strangers.examples],
        };
        if (events === 0 && strangers.count === 0) {
          return unknown(check, { ...text, detail: doubt ?? "no event was counted" });
        }
        if (wrong > 0 && doubt === undefined) {
          return failed(check, {
            ...text,
            detail: `${counted(wrong, "event")} ${wrong === 1 ? "is" : "are"} counted otherwise than the log has ${wrong === 1 ? "it" : "them"}: ${text.examples[0]}`,
          });
        }
        if (wrong > 0) return unknown(check, { ...text, detail: doubt });
        if (forgotten === events) {
          return unknown(check, {
            ...text,
            detail: "the ids of their days are kept no more",
            required: false,
          });
        }
        return passed(check, {
          ...text,
          detail: forgotten === 0 ? undefined : `the ids of ${forgotten} are kept no more`,
        });
      },
    };
  },
});
