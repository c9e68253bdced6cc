// Writes dist/help-core.cjs: @oclif/core in one file, for `--help` alone. Its 150 files take longer to
// find than to run. No command is loaded on that way, so nothing meets a second copy of the library.
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

await build({
  entryPoints: [fileURLToPath(new URL("./help-entry.js", import.meta.url))],
  outfile: fileURLToPath(new URL("../dist/help-core.cjs", import.meta.url)),
  bundle: true,
  minify: true,
  platform: "node",
  format: "cjs",
  // Asked for only when commands run from their sources.
  external: ["typescript", "ts-node", "tsx"],
  legalComments: "eof",
  logLevel: "error",
});
