import type { PageSection } from "../../report/html/page-parts.ts";
import { type Conditions, machineText } from "./provenance.ts";

/** Under what conditions the figures hold, and how they came about. */
export function aboutSections(result: Conditions, workload: string): readonly PageSection[] {
  return [
    {
      heading: "Workload and machine",
      paragraphs: [`${workload}.`, `${machineText(result)}.`],
      tables: [
        {
          caption: "PostgreSQL settings that matter",
          columns: [{ name: "setting" }, { name: "value" }],
          rows: Object.entries(result.machine.postgresql_settings),
        },
      ],
    },
    { heading: "How it was measured", list: result.method },
    ...(result.notes.length === 0 ? [] : [{ heading: "Notes", list: result.notes }]),
  ];
}

export function footerText(result: { readonly bench: string; readonly began_at: string }): string {
  return `orders bench ${result.bench}, begun ${result.began_at}`;
}
