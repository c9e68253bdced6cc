import {
  closeSync,
  fsyncSync,
  openSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { Failure } from "../failure/failure.ts";
import { cannotWrite, writeTrouble } from "../failure/write-trouble.ts";
import type { KeptFigures } from "../report/html/kept-figures.ts";
import { figuresIn, pageMark } from "../report/html/page.ts";

/** Whose pages may be replaced. */
export interface PageMaker {
  /** In the head of its pages. */
  readonly mark: string;
  readonly maker: string;
}

const benchPage: PageMaker = { mark: pageMark, maker: "orders bench" };

/**
 * Before an hour of measuring: can the page be written there, and is it no file of somebody else's?
 * An earlier page stays until there is a new one.
 * @throws Failure("usage")
 */
export function demandPageFile(path: string, { mark, maker }: PageMaker = benchPage): void {
  const target = targetOf(path);
  if (target.kind === "file" && !isPage(target.path, mark)) {
    throw new Failure("usage", {
      what: `${path} exists, and is no page of ${maker}`,
      meaning: "it would be lost",
      remedy: "give --html another name, or remove the file",
    });
  }
  if (target.kind === "device") return;
  try {
    const draft = draftOf(target.path);
    closeSync(openSync(draft, "wx"));
    rmSync(draft);
  } catch (cause) {
    throw refused(path, cause);
  }
}

/**
 * Puts the page there in one step: a disk that fills up leaves the earlier one.
 * @throws Failure("output")
 */
export function writePageFile(path: string, page: string): void {
  try {
    const target = targetOf(path);
    if (target.kind === "device") {
      writeFileSync(target.path, page);
      return;
    }
    const draft = draftOf(target.path);
    try {
      writeWhole(draft, page);
      renameSync(draft, target.path);
    } catch (error) {
      rmSync(draft, { force: true });
      throw error;
    }
  } catch (cause) {
    throw cannotWrite(`the page ${path}`, cause, "an earlier page is as it was");
  }
}

function writeWhole(path: string, text: string): void {
  const file = openSync(path, "wx");
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** What a link points to is replaced, not the link; a device or pipe is written to. */
function targetOf(path: string): {
  readonly kind: "none" | "file" | "device";
  readonly path: string;
} {
  try {
    const real = realpathSync(path);
    const about = statSync(real);
    if (about.isDirectory()) throw refused(path, new Error("it is a directory"));
    return { kind: about.isFile() ? "file" : "device", path: about.isFile() ? real : path };
  } catch (error) {
    if (error instanceof Failure) throw error;
    return { kind: "none", path };
  }
}

/** The figures of the page that is there; undefined where there is none, or an older one without. */
export function figuresOfPage(path: string): KeptFigures | undefined {
  try {
    const target = targetOf(path);
    return target.kind === "file" ? figuresIn(startOf(target.path, figuresMaxBytes)) : undefined;
  } catch {
    // Only to compare with: what cannot be read costs a remark, no measurement.
    return undefined;
  }
}

const figuresMaxBytes = 256 * 1024;

function isPage(path: string, mark: string): boolean {
  const start = startOf(path, 4_096);
  return start === "" || start.includes(mark);
}

function startOf(path: string, bytesMax: number): string {
  const start = Buffer.alloc(bytesMax);
  const file = openSync(path, "r");
  try {
    return start.toString("latin1", 0, readSync(file, start, 0, start.length, 0));
  } finally {
    closeSync(file);
  }
}

function draftOf(path: string): string {
  return `${path}.${process.pid}.new`;
}

function refused(path: string, cause: unknown): Failure {
  if (writeTrouble(cause) !== undefined) return cannotWrite(`the page ${path}`, cause);
  return new Failure(
    "usage",
    {
      what: `the page cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`,
      remedy: "give --html a file in a directory that is there and that you may write to",
    },
    { cause },
  );
}
