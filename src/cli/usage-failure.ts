import { closestName } from "../failure/closest-name.ts";
import { Failure, type FailureText } from "../failure/failure.ts";

/** What oclif's parser throws, as far as it is needed to say it in our words. */
export interface ParseError extends Error {
  readonly flags?: readonly string[];
  readonly args?: readonly unknown[];
  readonly parse?: {
    readonly input?: {
      readonly flags?: Readonly<Record<string, { readonly options?: readonly string[] }>>;
      readonly context?: { readonly id?: string };
    };
  };
}

/** A sentence for each way in which words on the command line can be wrong, and the word that was meant. */
export function usageFailure(error: ParseError, commandId?: string): Failure {
  const command = (error.parse?.input?.context?.id ?? commandId)?.replaceAll(":", " ");
  const help = `\`orders ${command === undefined ? "" : `${command} `}--help\` shows what there is`;
  return new Failure("usage", { remedy: help, ...textOf(error, help) }, { cause: error });
}

function textOf(error: ParseError, help: string): FailureText {
  const message = plainMessage(error);
  const known = Object.keys(error.parse?.input?.flags ?? {});
  const unknown = /^Nonexistent flags?: (.+)$/.exec(message);
  if (unknown !== null) {
    const flags = error.flags ?? (unknown[1] ?? "").split(", ");
    const meant = flags.map((flag) =>
      closestName(flag.replace(/^-+/, "").replace(/=.*$/s, ""), known),
    );
    const names = meant.filter((name) => name !== undefined).map((name) => `--${name}`);
    return {
      what: `there is no flag ${flags.join(" and no flag ")}`,
      remedy: names.length > 0 ? `did you mean ${names.join(" and ")}?` : help,
    };
  }
  const choice = /^Expected (?:--([\w-]+)=)?(.*) to be one of: (.+)$/s.exec(message);
  if (choice !== null) {
    const [, flag, value = "", list = ""] = choice;
    const meant = closestName(value, list.split(", "));
    return {
      what: `${flag === undefined ? `"${value}"` : `--${flag} "${value}"`} is not one of ${list}`,
      remedy: meant === undefined ? `choose one of ${list}` : `did you mean ${meant}?`,
    };
  }
  const surplus = /^Unexpected arguments?: (.+)$/s.exec(message);
  if (surplus !== null) {
    return {
      what: `"${surplus[1]}" is more than the command takes`,
      remedy: `quote what belongs together; ${help}`,
    };
  }
  const missing = /^Missing \d+ required args?:\n(\S+)/.exec(message);
  if (missing !== null) return { what: `${(missing[1] ?? "").toUpperCase()} is missing` };
  const missingFlags = [...message.matchAll(/Missing required flag ([\w-]+)/g)];
  if (missingFlags.length > 0) {
    const names = missingFlags.map(([, name]) => `--${name}`);
    return { what: `${names.join(" and ")} must be given` };
  }
  const valueless = /^Flag --([\w-]+) expects (?:a value|one of these values: .*)$/s.exec(message);
  if (valueless !== null) return { what: `--${valueless[1]} needs a value` };
  return numberText(message) ?? togetherText(message) ?? { what: message };
}

/** oclif puts "Parsing --flag \n\t" before what the parser of a flag throws. */
function numberText(message: string): FailureText | undefined {
  const number =
    /^(?:Parsing --([\w-]+) \n\t)?Expected an integer(?: (greater|less) than or equal to (-?\d+))? but received: ?(.*)$/s.exec(
      message,
    );
  if (number === null) return undefined;
  const [, flag, side, bound, value = ""] = number;
  const subject = flag === undefined ? `"${value}"` : `--${flag} "${value}"`;
  if (side === undefined) {
    return { what: `${subject} is not a whole number`, remedy: "write digits alone, e.g. 100" };
  }
  return side === "less"
    ? { what: `${subject} is too large`, remedy: `give at most ${bound}` }
    : { what: `${subject} is too small`, remedy: `give at least ${bound}` };
}

/** Flags that need or exclude each other; several reasons stand on a line each. */
function togetherText(message: string): FailureText | undefined {
  const excluded = [
    ...message.matchAll(/--([\w-]+)=.* cannot also be provided when using (--[\w-]+)/g),
  ];
  if (excluded.length > 0) {
    const pairs = excluded.map(([, flag, other]) => `--${flag} and ${other} exclude each other`);
    return { what: [...new Set(pairs)].join("; ") };
  }
  const needed = /^All of the following must be provided when using (--[\w-]+): (.+)$/m.exec(
    message,
  );
  if (needed !== null)
    return { what: `${needed[1]} needs ${needed[2]?.replaceAll(", ", " and ")}, too` };
  const twice = /^Flag (--[\w-]+) can only be specified once/.exec(message);
  if (twice !== null) return { what: `${twice[1]} is given twice` };
  const command = /^Command (.+) not found\.$/s.exec(message);
  return command === null ? undefined : { what: `there is no command "${command[1]}"` };
}

const esc = "\u001b";
const painted = new RegExp(`${esc}\\[[\\d;]*m`);

/** Without oclif's hint about --help, its heading over a list, and its colours. */
function plainMessage({ message }: Error): string {
  return message
    .replace(/\nSee more help with --help$/, "")
    .replace(/^The following errors? occurred:\s*/, "")
    .split(painted)
    .join("")
    .trim();
}
