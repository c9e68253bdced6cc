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
export function usageFailure(error: ParseError): Failure {
  const command = error.parse?.input?.context?.id?.replaceAll(":", " ");
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
  return { what: message };
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
