import * as Flags from "@oclif/core/flags";
import type { Service } from "../runtime/stack/services/service.ts";

/** One for each service that has a port of its own: those of ours first. */
export function portFlags(services: readonly Service[]) {
  return Object.fromEntries(
    services
      .toSorted((a, b) => Number(a.stage === "engine") - Number(b.stage === "engine"))
      .flatMap(({ stage, title, port }) => {
        if (port === "free") return [];
        const of = stage === "engine" ? title : `the ${title} (the second gets the next one)`;
        const summary = `port of ${of}; 0 takes a free one [default: ${port.default}]`;
        return [[port.flag, Flags.integer({ summary, min: 0, max: 65_535 })]];
      }),
  );
}

/** @returns ports by service, as the flags of portFlags gave them. */
export function portsAsked(
  services: readonly Service[],
  flags: Readonly<Record<string, unknown>>,
): Readonly<Record<string, number | undefined>> {
  return Object.fromEntries(
    services.flatMap(({ name, port }) =>
      port === "free" ? [] : [[name, flags[port.flag] as number | undefined]],
    ),
  );
}
