import { Failure } from "../../failure/failure.ts";
import { httpStatus } from "./http-status.ts";
import type { ChildSpec } from "./processes/child-spec.ts";
import { logFile, readSupervisorState } from "./processes/supervisor-files.ts";
import { lastLines } from "./processes/tail-file.ts";
import { type Wait, waitUntil } from "./wait-until.ts";

const shownLogLines = 15;

/** Until a supervised process of the pipeline says itself that it is ready. */
export async function waitForChild(
  directory: string,
  wait: Wait,
  { name, readyUrl }: ChildSpec,
): Promise<void> {
  if (readyUrl === undefined) return;
  const failure = (why: string) =>
    new Failure("environment", {
      what: `${name} did not become ready: ${why}`,
      meaning: `the last lines of its log:\n    ${lastLines(logFile(directory, name), shownLogLines).lines.join("\n    ")}`,
      remedy: `\`orders logs ${name}\` shows more; --timeout allows more time`,
    });
  let answer: number | undefined;
  await waitUntil(
    wait,
    async () => {
      answer = await httpStatus(readyUrl);
      return answer === 200 ? true : undefined;
    },
    async () => {
      const record = readSupervisorState(directory)?.children.find((child) => child.name === name);
      if (record?.status === "failed")
        throw failure(record.reason?.split("\n")[0] ?? "it died again and again");
    },
    async () =>
      failure(answer === undefined ? "it does not answer" : `GET /ready answers ${answer}`),
  );
}
