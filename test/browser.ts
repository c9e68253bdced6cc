import chromium from "@sparticuz/chromium";
import { type Browser, chromium as driver } from "playwright-core";

/** The real browser, without what a cloud function needs and a page's policy would be tested without. */
const unwanted =
  /single-process|no-zygote|disable-web-security|allow-running-insecure|site-isolation/;

/** Its binary is there for Linux on x64 alone. */
export const hasBrowser = process.platform === "linux" && process.arch === "x64";

export async function openBrowser(): Promise<Browser> {
  return driver.launch({
    args: chromium.args.filter((arg) => !unwanted.test(arg)),
    executablePath: await chromium.executablePath(),
  });
}
