import { type Server, type ServerResponse, STATUS_CODES } from "node:http";

/** What Node writes of a response's head once it is known. */
type Written = ServerResponse & { _header: string | null };

let dateOfSecond = 0;
let date = "";

/** The Date header's value: made once a second. */
function dateNow(): string {
  const second = Math.floor(Date.now() / 1_000);
  if (second !== dateOfSecond) {
    dateOfSecond = second;
    date = new Date(second * 1_000).toUTCString();
  }
  return date;
}

export type WriteAnswer = (response: ServerResponse, json: string) => void;

/**
 * Answers of one status whose body is ASCII and JSON, written as one text in one system call: Node writes
 * head and body together as well, but as a list of pieces. The head is what Node and the framework would
 * write (a test compares them). Where the connection is to end, they do write it.
 */
export function wholeAnswers(server: Server, status: number): WriteAnswer {
  const type = "application/json; charset=utf-8";
  const before = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: ${type}\r\ncontent-length: `;
  const timeoutSeconds = Math.floor(server.keepAliveTimeout / 1_000);
  const after = `\r\nConnection: keep-alive\r\nKeep-Alive: timeout=${timeoutSeconds}\r\n\r\n`;
  return (response, json) => {
    if (response.shouldKeepAlive) {
      response.statusCode = status;
      (response as Written)._header =
        `${before}${json.length}\r\nDate: ${dateNow()}${after}${json}`;
      response.end();
    } else {
      response.writeHead(status, { "content-type": type, "content-length": json.length });
      response.end(json);
    }
  };
}
