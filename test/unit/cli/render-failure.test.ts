import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { toFailure } from "../../../src/cli/render-failure.ts";

it("calls a place that cannot be written to the machine's trouble, naming it", () => {
  const place = mkdtempSync(join(tmpdir(), "orders-refused-"));
  try {
    const file = join(place, "file");
    writeFileSync(file, "");
    let thrown: unknown;
    try {
      mkdirSync(join(file, "orders"), { recursive: true });
    } catch (error) {
      thrown = error;
    }
    const failure = toFailure(thrown as Error);
    expect(failure).toMatchObject({ kind: "environment", exitCode: 4 });
    expect(failure.remedy).toContain(file);
  } finally {
    rmSync(place, { recursive: true });
  }
});

const errno = (fields: object) => Object.assign(new Error("refused"), fields);

it.each([
  ["a full disk", errno({ code: "ENOSPC", syscall: "write" }), "output"],
  ["a full quota", errno({ code: "EDQUOT", syscall: "mkdir", path: "/x" }), "output"],
  ["a limit on files", errno({ code: "EFBIG", syscall: "write" }), "output"],
  ["a broken disk", errno({ code: "EIO", syscall: "fsync" }), "output"],
  ["a disk that cannot be read", errno({ code: "EIO", syscall: "read" }), "bug"],
  [
    "a directory of somebody else",
    errno({ code: "EACCES", path: "/x", syscall: "open" }),
    "environment",
  ],
  ["a port", errno({ code: "EACCES", syscall: "listen" }), "bug"],
  ["a program", errno({ code: "EACCES", path: "mvn", syscall: "spawn mvn" }), "bug"],
  ["anything else", new Error("unforeseen"), "bug"],
])("knows %s", (_, error, kind) => {
  expect(toFailure(error).kind).toBe(kind);
});
