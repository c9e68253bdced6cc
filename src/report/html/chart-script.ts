import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/**
 * uPlot asks for the numbers of the browser's language as it loads. Where the system's locale is POSIX
 * that is no language ("en-US@posix"): the library would not load, and every chart stay empty.
 */
const knownLanguage = `try { new Intl.NumberFormat(navigator.language); } catch {
  Object.defineProperty(navigator, "language", { value: "en-US", configurable: true });
}`;

/** What draws line charts in a page, whole: uPlot and our use of it. */
export interface ChartAssets {
  readonly style: string;
  readonly scripts: readonly string[];
}

/** Read from where they are installed; a page has them inside of it. */
export function chartAssets(): ChartAssets {
  const require = createRequire(import.meta.url);
  const uplot = (file: string) => readFileSync(require.resolve(`uplot/dist/${file}`), "utf8");
  const own = (file: string) => readFileSync(new URL(`./client/${file}`, import.meta.url), "utf8");
  return {
    style: `${uplot("uPlot.min.css")}\n${own("line-charts.css")}`,
    scripts: [`${knownLanguage}\n${uplot("uPlot.iife.min.js")}`, own("line-charts.js")],
  };
}

/** Pure: as a content security policy names an inline script or style that it allows. */
export function cspHash(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
