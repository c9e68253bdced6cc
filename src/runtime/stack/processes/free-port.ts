import { createServer } from "node:net";
import { Failure } from "../../../failure/failure.ts";
import { describeHolder, findPortHolder } from "./port-holder.ts";

/**
 * Below the ports that systems hand to outgoing connections (32768 and up on Linux, 49152 elsewhere):
 * nothing takes one of these by chance between our choice and the service's listening.
 */
const lowest = 20_000;
const highest = 32_000;

const handedOut = new Set<number>();

/** @returns a free port on 127.0.0.1, never the same one twice in a process. */
export async function findFreePort(): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest));
    if (handedOut.has(port) || !(await isPortFree(port))) continue;
    handedOut.add(port);
    return port;
  }
  throw new Failure("environment", {
    what: `no free port found between ${lowest} and ${highest}`,
    remedy: "name free ports by flags, or stop what holds them",
  });
}

/** Whether 127.0.0.1:port can be listened on now. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.unref();
    server.once("error", () => resolve(false));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => {
      server.close(() => resolve(true));
    });
  });
}

/**
 * @param flag which flag names another port, for the message.
 * @throws Failure("environment") that names the holder.
 */
export async function requireFreePort(port: number, what: string, flag: string): Promise<void> {
  if (await isPortFree(port)) return;
  const holder = findPortHolder(port);
  throw new Failure("environment", {
    what: `port ${port}, wanted for ${what}, is taken by ${describeHolder(holder)}`,
    meaning: `${what} cannot listen there, so the stack cannot start`,
    remedy: `${holder?.stack === undefined ? "" : `stop that stack with \`orders down --stack ${holder.stack}\`, or `}choose another port with ${flag} N (${flag} 0 takes a free one)`,
  });
}
