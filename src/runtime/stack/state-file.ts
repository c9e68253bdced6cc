import {
  closeSync,
  fchmodSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { cannotWrite, writeTrouble } from "../../failure/write-trouble.ts";

/**
 * Writes a file so that a reader, and a crash at any moment, finds the old text or the new one.
 * 0600: state holds passwords.
 * @throws Failure("output") where the disk does not take it; the old text is there then.
 */
export function writeFileAtomic(path: string, text: string, mode = 0o600): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    writeWhole(temporary, text, mode);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    if (writeTrouble(error) === undefined) throw error;
    throw cannotWrite(path, error, "the file is as it was before");
  }
}

function writeWhole(path: string, text: string, mode: number): void {
  const file = openSync(path, "w", mode);
  try {
    // Whatever the umask takes away: some files are for another account.
    fchmodSync(file, mode);
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

export function writeJsonAtomic(path: string, value: unknown): void {
  writeFileAtomic(path, `${JSON.stringify(value, null, 2)}\n`);
}

/**
 * @returns undefined when there is no such file. One that does not hold a JSON object counts as none:
 * it is ours to rewrite.
 */
export function readJson<T extends object>(path: string): T | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, "utf8"));
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? (value as T) : undefined;
  } catch {
    return undefined;
  }
}
