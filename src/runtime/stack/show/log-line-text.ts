import { shown } from "../../../failure/shown.ts";
import { padEnd, widthOf } from "../../../report/width.ts";

export interface LogLine {
  readonly service: string;
  readonly line: string;
}

/**
 * How lines of a log are shown, one after the other: behind the name of their service, in one column.
 * @param alone the service that was asked for, which needs no name.
 */
export function logLineText(alone: string | undefined): (line: LogLine) => string {
  // What is told before all names are known is short: the widest name is a guess at first.
  let width = "consumer-1".length;
  return ({ service, line }) => {
    // In a pipe and a file, too: it ends on some terminal. --json has what really stands there.
    const [name, text] = [shown(service), shown(line.replaceAll("\t", "    "))];
    width = Math.max(width, widthOf(name));
    return alone === service ? text : `${padEnd(name, width)} | ${text}`;
  };
}
