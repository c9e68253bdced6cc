import chromium from "@sparticuz/chromium";
import { type Browser, chromium as driver, type Page } from "playwright-core";

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

/** A page of ours from its file, and whatever it complains of or asks for elsewhere. */
export async function openPage(
  browser: Browser,
  file: string,
  { width = 1_000, dark = false } = {},
): Promise<{ readonly page: Page; readonly troubles: readonly string[] }> {
  const colorScheme = dark ? "dark" : "light";
  const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
  const troubles: string[] = [];
  page.on("console", (message) => troubles.push(message.text()));
  page.on("pageerror", (error) => troubles.push(error.message));
  page.on("request", (request) => {
    if (!request.url().startsWith("file:")) troubles.push(request.url());
  });
  await page.goto(`file://${file}`);
  return { page, troubles };
}
