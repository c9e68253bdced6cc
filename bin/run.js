#!/usr/bin/env node
import { writeSync } from "node:fs";
import module from "node:module";

// By `import()`: what a static import does not find, or cannot read, ends with Node's own code
// before a line of this file has run, and that code is 1, which says that an audit found a violation.
process.on("uncaughtException", notLoaded);
const { tellUnexpected } = await import("../dist/cli/tell-unexpected.js");
const { answerForLostOutput, outputTaken } = await import(
  "../dist/runtime/lifecycle/output/end-of-output.js"
);
const { guardOutput } = await import("../dist/runtime/lifecycle/output/guarded-streams.js");
const { nameAccount } = await import("../dist/runtime/lifecycle/name-account.js");
const { catchUnexpectedEnds } = await import("../dist/runtime/lifecycle/unexpected-end.js");
catchUnexpectedEnds(tellUnexpected);
process.off("uncaughtException", notLoaded);
nameAccount();
// Before anything else is loaded: nothing may be written past it.
guardOutput();
answerForLostOutput();

// This is the built program, whatever the shell says: in "development" and "test" oclif would look
// for sources and print warnings meant for us.
process.env.NODE_ENV = "production";

// Node 22 and later keep compiled code for the next start.
module.enableCompileCache?.();
// By require: importing CommonJS costs another ten milliseconds, for names that nobody asks for.
const require = module.createRequire(import.meta.url);
const { run } = require(
  showsHelp(process.argv.slice(2)) ? "../dist/help-core.cjs" : "@oclif/core/run",
);
// Not oclif's `execute`: whatever a command does not render itself ends there with 1, as violations do.
try {
  await run(process.argv.slice(2), import.meta.url);
} catch (error) {
  const code = error?.code === "EEXIT" ? (error.oclif?.exit ?? 0) : tellUnexpected(error);
  await outputTaken();
  process.exit(code);
}
await outputTaken();

// The command is done and has printed all. A connection that some library failed to close must not
// keep the terminal waiting; where all is closed, the process has ended before this fires.
setTimeout(() => process.exit(), 500).unref();

/** Whether no command will run: then the core in one file suffices. */
function showsHelp(args) {
  const asks = ["--help", "-h", "help", "--version"];
  return !args.includes("--") && (args.length === 0 || args.some((arg) => asks.includes(arg)));
}

/** The code of a bug, by hand: what knows the codes is what could not be loaded. */
function notLoaded(error) {
  try {
    writeSync(
      process.stderr.fd,
      `Error: orders could not be loaded: ${error?.message}\n  What to do: install it anew; in a checkout, \`npm ci\` and \`npm run build\`\n`,
    );
  } catch {}
  process.exit(70);
}
