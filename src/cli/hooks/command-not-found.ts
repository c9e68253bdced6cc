import type { Hook } from "@oclif/core/hooks";
import { closestName } from "../../failure/closest-name.ts";
import { Failure } from "../../failure/failure.ts";
import { shownJson } from "../../failure/shown.ts";
import { failureJson, failureText } from "../render-failure.ts";

/** A command that does not exist: says which one was probably meant; exit 2, no prompt. */
const commandNotFound: Hook.CommandNotFound = async ({ id, argv = [], config }) => {
  const typed = id.replaceAll(":", " ");
  const names = [...config.commandIDs, ...config.topics.map((topic) => topic.name)];
  const meant = closestName(id, names)?.replaceAll(":", " ");
  const failure = new Failure("usage", {
    what: `there is no command "${typed}"`,
    remedy:
      meant === undefined
        ? "`orders --help` lists the commands"
        : `did you mean \`orders ${meant}\`?`,
  });
  if (argv.includes("--json")) process.stdout.write(`${shownJson(failureJson(failure), 2)}\n`);
  else process.stderr.write(`${failureText(failure)}\n`);
  process.exit(failure.exitCode);
};

export default commandNotFound;
