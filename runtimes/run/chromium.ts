import { existsSync } from "node:fs";
import type { Line, Setting } from "../contract/protocol.js";
import { installed } from "./paths.js";
import { versionOf } from "./program.js";
import { CONTRACT_DEADLINE, type Runtime } from "./runtime.js";

/** Debian's browser, and the name that others give it. */
const COMMAND = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync) ?? "chromium";

/** What is used of playwright-core, which is installed beside the other runtimes and not where types are checked. */
interface Playwright {
  readonly chromium: {
    launch(options: { executablePath: string; args: string[]; timeout: number }): Promise<{
      newPage(): Promise<Page>;
      close(): Promise<void>;
    }>;
  };
}
interface Page {
  exposeFunction(name: string, call: (line: Line) => void): Promise<void>;
  goto(url: string): Promise<unknown>;
  evaluate<A>(call: (argument: A) => unknown, argument: A): Promise<unknown>;
  on(event: "crash", listener: () => void): void;
}

export const chromium: Runtime = {
  name: "chromium",
  version: () => versionOf(COMMAND),
  async run(setting, onLine) {
    const { chromium: driver } = (await import(`file://${installed("playwright-core/index.mjs")}`)) as Playwright;
    // Root, as in most containers, has no sandbox there; the only page is ours.
    const args = ["--no-sandbox", "--disable-dev-shm-usage", "--js-flags=--expose-gc"];
    const browser = await driver.launch({ executablePath: COMMAND, args, timeout: 30_000 });
    let timer: NodeJS.Timeout | undefined;
    try {
      const page = await browser.newPage();
      await page.exposeFunction("tell", (line) => onLine(JSON.stringify(line)));
      await page.goto(`${setting.server}/page.html`);
      const failed = new Promise<never>((_resolve, reject) => {
        page.on("crash", () => reject(new Error("the page crashed")));
        timer = setTimeout(() => reject(new Error("the page took too long")), CONTRACT_DEADLINE);
      });
      await Promise.race([page.evaluate(runInPage, setting), failed]);
    } finally {
      clearTimeout(timer);
      await browser.close();
    }
  },
};

/** Sent to the page as its source: it sees nothing of this file. */
function runInPage(setting: Setting): Promise<void> {
  return (globalThis as unknown as { runContract: (setting: Setting) => Promise<void> }).runContract(setting);
}
