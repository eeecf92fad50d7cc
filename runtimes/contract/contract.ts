import { within } from "./assert.js";
import { CAPABILITIES } from "./capabilities.js";
import type { Check } from "./check.js";
import { answers } from "./checks/answers.js";
import { authentication } from "./checks/authentication.js";
import { connection } from "./checks/connection.js";
import { consuming } from "./checks/consuming.js";
import { ending } from "./checks/ending.js";
import { eventSource } from "./checks/event-source.js";
import { fetching } from "./checks/fetching.js";
import { limits } from "./checks/limits.js";
import { parser } from "./checks/parser.js";
import { redirects } from "./checks/redirects.js";
import { resuming } from "./checks/resuming.js";
import { webSockets } from "./checks/websocket/index.js";
import { Server } from "./feed.js";
import type { Line, Setting } from "./protocol.js";

/** The time limit of a check in milliseconds. */
const DEADLINE = 30_000;

const CHECKS: readonly Check[] = [
  ...parser,
  ...connection,
  ...answers,
  ...resuming,
  ...consuming,
  ...ending,
  ...redirects,
  ...authentication,
  ...limits,
  ...eventSource,
  ...fetching,
  ...webSockets,
];

/** Runs the checks of the contract one after another, and reports each. */
export async function runContract(setting: Setting, tell: (line: Line) => void): Promise<void> {
  const can = CAPABILITIES[setting.runtime];
  if (can === undefined) throw new Error(`nothing is known of the runtime ${setting.runtime}`);
  const world = { can, server: new Server(setting) };
  const checks = CHECKS.filter(({ name }) => name.startsWith(setting.only ?? ""));
  for (const { name, run } of checks) {
    try {
      await within((async () => run(world))(), "the check", DEADLINE);
      tell({ check: name, ok: true });
    } catch (error) {
      tell({ check: name, ok: false, error: error instanceof Error ? (error.stack ?? String(error)) : String(error) });
    }
  }
  tell({ done: checks.length });
}
