import { shownLines } from "../../../failure/shown.ts";
import { goOnAfterLoss, guardOutput } from "../../lifecycle/output/guarded-streams.ts";
import { catchUnexpectedEnds, tellWithTrace } from "../../lifecycle/unexpected-end.ts";
import { tryLock } from "./file-lock.ts";
import { serviceMark, stackMark } from "./marked-processes.ts";
import { ownIdentity } from "./process-identity.ts";
import { Supervisor } from "./supervisor.ts";
import { supervisorFiles } from "./supervisor-files.ts";

catchUnexpectedEnds(tellWithTrace);

/**
 * The supervisor's process. Started by start-supervisor.ts with the stack's directory in its
 * environment; its output is its log. SIGHUP: look at the spec now. SIGTERM, SIGINT: leave; the
 * children live on.
 */
const tickMs = 250;
const rotateEveryMs = 2_000;

// Its log is on a disk that may be full: the children must not pay for it.
guardOutput();
goOnAfterLoss();

const directory = process.env[stackMark];
if (directory === undefined || process.env[serviceMark] !== "supervisor") {
  process.stderr.write("This is the supervisor of `orders up`, which starts it.\n");
  process.exit(2);
}

// Its log on a full disk: a line less, but nobody is left without a supervisor.
process.stdout.on("error", () => {});

const say = (line: string) =>
  process.stdout.write(`${new Date().toISOString()} ${shownLines(line)}\n`);

function leave(why: string): void {
  say(`leaving: ${why}`);
  process.exit(0);
}

// Before the lock: whoever sees it held may send a signal at once.
let supervisor: Supervisor | undefined;
process.on("SIGHUP", tick);
process.on("SIGTERM", () => leave("SIGTERM"));
process.on("SIGINT", () => leave("SIGINT"));

function tick(): void {
  try {
    if (supervisor?.runOnce() === false) leave("the stack's directory is gone");
  } catch (error) {
    // E.g. a state that cannot be written. The next tick tries again.
    say(`failed: ${error instanceof Error ? error.stack : String(error)}`);
  }
}

const holder = tryLock(supervisorFiles(directory).lock, {
  ...ownIdentity(),
  doing: "orders' supervisor",
});
if (holder !== undefined) {
  say(`another supervisor is at work (PID ${holder.pid})`);
  process.exit(0);
}

say(`supervising ${directory} (PID ${process.pid})`);
supervisor = new Supervisor(directory, say);
setInterval(tick, tickMs);
setInterval(() => supervisor?.rotateLogs(), rotateEveryMs);
tick();
