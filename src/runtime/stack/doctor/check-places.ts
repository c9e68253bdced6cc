import { existsSync, rmSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import {
  type Account,
  binariesPlace,
  postgresAccount,
  postgresPlace,
} from "../engines/local/postgres-account.ts";
import { unpackedBinaries } from "../engines/local/postgres-binaries.ts";
import { cacheDirectory } from "../stack-paths.ts";
import type { Check } from "./diagnosis.ts";

const answerWithinMs = 5_000;

export interface PlacesRequest {
  readonly stackDirectory: string;
  /** `up` would run Kafka and PostgreSQL as processes of this machine. */
  readonly isLocal: boolean;
  /** Kafka's jars need no download. */
  readonly kafkaHere: boolean;
}

/** Tries what `up` will do before anything runs: to write where it keeps things, and to change users. */
export async function checkPlaces(request: PlacesRequest): Promise<readonly Check[]> {
  const { stackDirectory, isLocal, kafkaHere } = request;
  const state = checkWritable("state", stackDirectory, "XDG_STATE_HOME", true);
  if (!isLocal) return [state];
  const account = accountOrNone();
  const unpacked = unpackedBinaries(binariesPlace(account)) !== undefined;
  const cache = cacheDirectory();
  return [
    state,
    checkWritable("cache", cache, "XDG_CACHE_HOME", !(kafkaHere && unpacked)),
    ...(account === undefined
      ? [checkOwnName()]
      : [
          checkWritable(
            "PostgreSQL's data",
            postgresPlace(stackDirectory, account),
            undefined,
            true,
          ),
          await checkOtherUser(account),
        ]),
  ];
}

/** A file is made and removed again, in the nearest directory that there is. */
function checkWritable(
  name: string,
  directory: string,
  variable: string | undefined,
  isNeeded: boolean,
): Check {
  const place = nearestExisting(directory);
  const file = join(place, `.orders-doctor-${process.pid}`);
  try {
    writeFileSync(file, "", { flag: "wx", mode: 0o600 });
    return ok(`${name} directory`, `${directory} can be written`);
  } catch (error) {
    return {
      name: `${name} directory`,
      state: isNeeded ? "missing" : "warning",
      found: `${place} cannot be written (${(error as NodeJS.ErrnoException).code})`,
      why: isNeeded ? `\`up\` keeps things in ${directory}` : "what is there suffices for now",
      remedy:
        variable === undefined
          ? `make ${place} writable, or run orders as an ordinary user`
          : `make it writable, or let ${variable} name a directory that is`,
    };
  } finally {
    rmSync(file, { force: true });
  }
}

/** PostgreSQL refuses root; as root it is started as somebody else. */
async function checkOtherUser(account: Account): Promise<Check> {
  const { uid, gid, name } = account;
  const options = { uid, gid, cwd: "/", reject: false, timeout: answerWithinMs } as const;
  const { failed, shortMessage } = await execa(process.execPath, ["-e", "0"], options);
  if (!failed) return ok("PostgreSQL's user", `a program can be run as ${name}`);
  return {
    name: "PostgreSQL's user",
    state: "missing",
    found: `a program cannot be run as ${name}: ${shortMessage}`,
    why: "PostgreSQL refuses to run as root, so it runs as another user",
    remedy: "run orders as an ordinary user, or allow this one to change users (setuid, setgid)",
  };
}

/** initdb looks its user up by name. */
function checkOwnName(): Check {
  try {
    return ok("PostgreSQL's user", userInfo().username);
  } catch {
    return {
      name: "PostgreSQL's user",
      state: "missing",
      found: `user ${process.getuid?.()} has no entry in /etc/passwd`,
      why: "PostgreSQL's initdb looks up the name of its user",
      remedy: "add an entry for it, or run as a user that has one, or use --engine docker",
    };
  }
}

function accountOrNone(): Account | undefined {
  try {
    return postgresAccount();
  } catch {
    return undefined;
  }
}

function nearestExisting(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestExisting(dirname(path));
}

function ok(name: string, found: string): Check {
  return { name, state: "ok", found, why: null, remedy: null };
}
