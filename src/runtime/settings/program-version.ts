import { readFileSync } from "node:fs";
import { shippedFile } from "./shipped-file.ts";

/** @returns this program's own: `0.1.0`. */
export function programVersion(): string {
  const text = readFileSync(shippedFile("package.json"), "utf8");
  return (JSON.parse(text) as { readonly version: string }).version;
}
