import * as Flags from "@oclif/core/flags";

export function engineFlag(summary: string) {
  return Flags.option({
    summary,
    options: ["auto", "docker", "local", "external"] as const,
    default: "auto" as const,
  })();
}
