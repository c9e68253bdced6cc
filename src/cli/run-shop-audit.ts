import * as Flags from "@oclif/core/flags";
import type { ShopAuditJson } from "../audit/show/shop-audit-report.ts";
import type { ShopAuditName } from "../audit/wiring/start-shop-audit.ts";
import type { Settings } from "../runtime/settings/settings.ts";
import type { CommandOutput } from "./command-output.ts";
import { type RecordFlags, recordFlags } from "./run-record-flags.ts";

/** Of every audit of the shop. */
export const shopAuditFlags = {
  settle: Flags.string({
    summary: "longest wait for what is under way: 0s looks at once",
    default: "30s",
    helpValue: "TIME",
  }),
  ...recordFlags,
  details: Flags.boolean({ summary: "show the checks that passed, too", default: false }),
};

/** From flags to the exit code, for each of them alike. */
export async function runShopAudit(
  name: ShopAuditName,
  output: CommandOutput & { readonly quiet: boolean },
  flags: RecordFlags & { readonly settle: string },
  settings: Settings,
): Promise<ShopAuditJson | undefined> {
  const { parseDuration } = await import("../ports/duration.ts");
  const { listrNarrator } = await import("../report/listr-narrator.ts");
  const { startShopAudit } = await import("../audit/wiring/start-shop-audit.ts");
  const { shopAuditJson, shopAuditReport, shopAuditText } = await import(
    "../audit/show/shop-audit-report.ts"
  );
  const { runRecorded } = await import("./run-recorded.ts");
  const withinMs = parseDuration(flags.settle, "--settle", { minMs: 0, maxMs: 86_400_000 });
  return runRecorded(output, flags, {
    title: `orders audit ${name}`,
    doing: "ending; an audit changes nothing",
    run: (signal) =>
      startShopAudit(name, settings, { withinMs, signal }, listrNarrator({ quiet: output.quiet })),
    json: shopAuditJson,
    text: (audit, terminal, details, end) =>
      shopAuditText(name, audit, terminal, { details, unwritten: end?.unwritten ?? [] }),
    report: (audit) => shopAuditReport(name, audit),
  });
}
