import { Failure } from "../../failure/failure.ts";

export interface Listening {
  readonly host: string;
  readonly port: number;
  /** What would listen, for a person. */
  readonly of: string;
  /** How another place is named. */
  readonly portFlag: string;
  readonly hostFlag: string;
}

/** Pure. Why nobody can listen there, and what to do. */
export function listenFailure(cause: unknown, place: Listening): Failure {
  const { host, port, of, portFlag, hostFlag } = place;
  const { code, message } = cause as NodeJS.ErrnoException;
  const meaning = `${of} was not started`;
  const text = {
    EADDRINUSE: {
      what: `port ${port} on ${host} is taken by another process`,
      remedy: `stop that process, or choose another port with ${portFlag}, e.g. ${portFlag} ${port + 1}`,
    },
    EACCES: {
      what: `port ${port} may not be listened on by this user`,
      remedy: `choose a port from 1024 on with ${portFlag}`,
    },
  }[String(code)] ?? {
    what: `${host}:${port} cannot be listened on: ${message}`,
    remedy: `give an address of this machine with ${hostFlag}, e.g. ${hostFlag} 127.0.0.1`,
  };
  return new Failure("environment", { ...text, meaning }, { cause });
}
