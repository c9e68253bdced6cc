import { get } from "node:http";

const answerWithinMs = 2_000;

/** @returns the status code of a GET, or undefined when nobody answers in time. */
export function httpStatus(url: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const request = get(url, { timeout: answerWithinMs, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.on("timeout", () => request.destroy());
    request.on("error", () => resolve(undefined));
  });
}
