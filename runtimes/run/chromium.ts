import { existsSync } from "node:fs";
import type { Line, Setting } from "../contract/protocol.js";
import { installed } from "./paths.js";
import { versionOf } from "./program.js";
import { CONTRACT_DEADLINE, type Runtime } from "./runtime.js";

/** The name of the browser on Debian, and its name on other systems. */
const COMMAND = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync) ?? "chromium";

/** The part of playwright-core that is used here. The package is not installed where types are checked. */
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
    // Chromium has no sandbox for root, the usual user in containers. It opens only our own page.
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

/** The page gets the source of this function, so it cannot use anything else from this file. */
function runInPage(setting: Setting): Promise<void> {
  return (globalThis as unknown as { runContract: (setting: Setting) => Promise<void> }).runContract(setting);
}
