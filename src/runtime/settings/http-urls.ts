import type { Checked } from "./checked.ts";

/** One or more, separated by commas. */
export function checkUrls(text: string): Checked<string> {
  return splitUrls(text).every(isHttpUrl)
    ? { value: text.trim() }
    : {
        expected: "an http or https URL like http://127.0.0.1:8080, without user name and password",
      };
}

export function splitUrls(text: string): readonly string[] {
  return text.split(",").map((url) => url.trim());
}

/** For who talks to one process of several. */
export function firstUrl(text: string): string {
  return splitUrls(text)[0] ?? text;
}

function isHttpUrl(text: string): boolean {
  // A URL parser leaves out line breaks and mends backslashes; a person should know.
  if (/[\s\\]/.test(text) || !URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return ["http:", "https:"].includes(protocol) && username === "" && password === "";
}
