import { type StackProfile, stackProfiles } from "./services/service.ts";
import { stackDirectory } from "./stack-paths.ts";
import { readStackRecord } from "./stack-record.ts";

/**
 * What a stack was made with, it keeps until told.
 * @param asked a profile, or any other word for none; undefined: nobody said.
 */
export function profileAsked(stack: string, asked: string | undefined): StackProfile | undefined {
  if (asked === undefined) return readStackRecord(stackDirectory(stack))?.profile;
  return stackProfiles.find((profile) => profile === asked);
}
