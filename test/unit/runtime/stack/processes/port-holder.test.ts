import { createServer } from "node:net";
import { expect, it } from "vitest";
import {
  isPortFree,
  requireFreePort,
} from "../../../../../src/runtime/stack/processes/free-port.ts";
import { parseMarks } from "../../../../../src/runtime/stack/processes/marked-processes.ts";
import {
  findPortHolder,
  listeningInodes,
  programName,
} from "../../../../../src/runtime/stack/processes/port-holder.ts";

const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:2384 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0 100 0 0 10 0
   1: 0100007F:2384 0100007F:D431 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0 20 4 30 10 -1
   2: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1 0 100 0 0 10 0
`;

it("finds who listens, not who is connected", () => {
  expect(listeningInodes(table, 9092)).toEqual(["4711"]);
  expect(listeningInodes(table, 8080)).toEqual(["4713"]);
  expect(listeningInodes(table, 1)).toEqual([]);
  expect(listeningInodes("", 9092)).toEqual([]);
});

it("names a program without its arguments, which may hold passwords", () => {
  const cmdline = (...words: string[]) => words.join("\0");
  expect(programName(cmdline("/usr/bin/node", "/srv/app/server.js", "--password", "x"))).toBe(
    "node server.js",
  );
  expect(programName(cmdline("psql", "postgresql://me:secret@db/x"))).toBe("psql");
  expect(programName(cmdline("java", "-Dkey=secret", "-cp", "a.jar:b.jar", "kafka.Kafka"))).toBe(
    "java kafka.Kafka",
  );
  expect(programName("")).toBe("unknown");
});

it("reads a process's marks", () => {
  const environ = "A=1\0ORDERS_STACK_DIR=/tmp/s\0ORDERS_STACK_SERVICE=kafka\0";
  expect(parseMarks(environ)).toEqual({ directory: "/tmp/s", service: "kafka" });
  expect(parseMarks("A=ORDERS_STACK_DIR=/tmp/s\0")).toBeUndefined();
});

it.runIf(process.platform === "linux")("says by which process a port is taken", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  try {
    expect(await isPortFree(port)).toBe(false);
    expect(findPortHolder(port)?.pid).toBe(process.pid);
    await expect(requireFreePort(port, "Kafka", "--kafka-port")).rejects.toMatchObject({
      kind: "environment",
      message: expect.stringContaining(`process ${process.pid}`),
      remedy: expect.stringContaining("--kafka-port"),
    });
  } finally {
    server.close();
  }
});
