import type { Failure } from "../failure/failure.ts";
import type { RunFileWriter } from "../load/runs/run-file-writer.ts";
import type { LoadJson } from "../load/show/load-json.ts";

/**
 * The last line of a run's file: what it came to, and the code that the load ends with.
 * @returns why the run is not written down, or not whole; undefined: it is, or was not asked to be.
 */
export async function endRun(
  file: RunFileWriter | undefined,
  { series: _, ...result }: LoadJson,
  exitCode: number,
): Promise<Failure | undefined> {
  file?.line("result", { ...result, ended_at: new Date().toISOString(), exit_code: exitCode });
  await file?.close();
  return file?.error;
}
