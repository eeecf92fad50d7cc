import { existsSync } from "node:fs";

/** The name of the browser on Debian, and its name on other systems. */
const COMMAND = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync) ?? "chromium";

/** Headless Chromium, driven by playwright-core from the packages of docs. */
export async function launch() {
  const { chromium } = await import("playwright-core");
  // Chromium has no sandbox for root, the usual user in containers. It opens only our own pages.
  return chromium.launch({
    executablePath: COMMAND,
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
    timeout: 30_000,
  });
}
