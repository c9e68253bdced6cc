import type { IncomingMessage, Server, ServerResponse } from "node:http";

/** A request that came in one piece, small and with nothing unusual in its head. */
export interface WholeRequest {
  readonly body: Buffer;
  /** The Idempotency-Key header, as it came. */
  readonly key: string | undefined;
  readonly response: ServerResponse;
}

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/** Larger ones are counted against the budget of bodies, which is the framework's way. */
const bodyBytesMax = 16 * 1024;

/**
 * Takes the usual request past the framework: POST to `path` with JSON of a known length whose body came
 * along with its head. `take` says whether it answers it; what it declines, and every other request,
 * goes to the framework as if nobody had looked at it, so that whatever is refused is refused there.
 * @param server whose one listener is the framework's; not listening yet.
 */
export function takeWholeRequests(
  server: Server,
  path: string,
  take: (request: WholeRequest) => boolean,
): void {
  const [framework] = server.listeners("request") as Listener[];
  if (framework === undefined) throw new Error("the server has no listener");
  server.removeAllListeners("request");
  server.on("request", (request, response) => {
    const usual = request.method === "POST" && request.url === path;
    const head = usual ? readHead(request) : undefined;
    if (head === undefined) framework(request, response);
    else awaitBody(request, response, head, { framework, take });
  });
}

interface Ways {
  readonly framework: Listener;
  readonly take: (request: WholeRequest) => boolean;
}

/**
 * Node's parser pushes the body, then the end, into the request while it works on the packet that the
 * head came in. They are caught there: read as a stream, they cost some events and ticks a request. Where
 * the body is not whole in the first piece, or no piece comes in this turn, the framework has it.
 */
function awaitBody(
  request: IncomingMessage,
  response: ServerResponse,
  { bytes, key }: Head,
  { framework, take }: Ways,
): void {
  let state: "waiting" | "taken" | "declined" = "waiting";
  const handOver = () => {
    state = "declined";
    // From here on the prototype's.
    Reflect.deleteProperty(request, "push");
    framework(request, response);
  };
  request.push = (chunk: Buffer | null) => {
    if (state === "taken") return true;
    if (chunk?.length === bytes && take({ body: chunk, key, response })) {
      state = "taken";
      // Else Node reads the body, which is read, to throw it away.
      (request as Consumed)._consuming = true;
      return true;
    }
    handOver();
    return request.push(chunk);
  };
  process.nextTick(() => {
    if (state === "waiting") handOver();
  });
}

/** What IncomingMessage.read sets. */
type Consumed = IncomingMessage & { _consuming: boolean };

interface Head {
  /** Of the body. */
  readonly bytes: number;
  readonly key: string | undefined;
}

/** @returns undefined where something is unusual. Node's own `headers` are an object of all of them. */
function readHead({ rawHeaders, httpVersion }: IncomingMessage): Head | undefined {
  if (httpVersion !== "1.1") return undefined;
  let bytes: number | undefined;
  let key: string | undefined;
  let isJson = false;
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] as string;
    if (!isLengthOfKnown(name.length)) continue;
    const value = rawHeaders[at + 1] as string;
    switch (name.toLowerCase()) {
      case "content-type":
        if (isJson || !jsonTypes.has(value)) return undefined;
        isJson = true;
        break;
      case "content-length":
        if (bytes !== undefined) return undefined;
        bytes = Number(value);
        break;
      case "idempotency-key":
        if (key !== undefined) return undefined;
        key = value;
        break;
      case "content-encoding":
      case "transfer-encoding":
        return undefined;
    }
  }
  if (!isJson || bytes === undefined || !(bytes > 0 && bytes <= bodyBytesMax)) return undefined;
  return { bytes, key };
}

const jsonTypes = new Set(["application/json", "application/json; charset=utf-8"]);

function isLengthOfKnown(length: number): boolean {
  return length === 12 || (length >= 14 && length <= 17);
}
