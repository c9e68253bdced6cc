import { shopCheck } from "../check.ts";
import { counted, failed, passed, Sightings, unknown } from "../finding.ts";
import { bySequence, type LoggedEvent, type ShopTrace } from "../shop/shop-trace.ts";

const check = "events-take-effect-once";

/**
 * A relay may publish an event more than once; whoever knows events by their id counts it once. That
 * holds as long as the copies are copies, and no change has two events.
 */
export const eventsTakeEffectOnce = shopCheck({
  name: check,
  explanation:
    "No change is told twice: of each there is one event, whose copies are all the same.",
  needs: [],
  judge() {
    let events = 0;
    let copies = 0;
    const doubled = new Sightings();
    return {
      see(trace) {
        const ids = new Set(trace.events.map(({ eventId }) => eventId)).size;
        events += ids;
        copies += trace.events.length - ids;
        const why = whatIsDouble(trace);
        if (why !== undefined) doubled.add(`${trace.orderId} (${why})`);
      },
      finding() {
        const text = {
          expected: `${counted(events, "event")}, one of each change`,
          found: [
            copies === 1 ? "1 copy that counts once" : `${copies} copies that count once`,
            ...(doubled.count === 0 ? [] : [`${counted(doubled.count, "order")} told twice`]),
          ].join(", "),
          examples: doubled.examples,
        };
        if (doubled.count > 0) {
          return failed(check, {
            ...text,
            detail: `changes of ${counted(doubled.count, "order")} take effect twice at whoever reads the log`,
          });
        }
        if (events === 0) return unknown(check, { ...text, detail: "the log holds no event" });
        return passed(check, text);
      },
    };
  },
});

function whatIsDouble({ events }: ShopTrace): string | undefined {
  const digests = new Map<string, LoggedEvent>();
  for (const [sequence, told] of bySequence(events)) {
    const [first] = told;
    for (const event of told) {
      if (event.eventId !== first?.eventId) return `two events are its event ${sequence}`;
      const known = digests.get(event.eventId);
      if (known !== undefined && known.sequence !== sequence)
        return `its events ${known.sequence} and ${sequence} have one id`;
      if (known !== undefined && known.digest !== event.digest)
        return `copies of its event ${sequence} say different things`;
      digests.set(event.eventId, event);
    }
  }
  return undefined;
}
