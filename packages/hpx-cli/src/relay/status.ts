import { setTimeout as wait } from "node:timers/promises";
import type { RelayStatus } from "hpx-relay";
import { type CommandContext, Output, widthOf } from "../output.js";
import { errorLine, escapeControlChars } from "../text.js";
import { EXIT, type ExitCode, shown, UsageError } from "../usage.js";
import { readConfigWithoutSecrets } from "./config.js";
import { statusLines } from "./status-lines.js";

/** How to show a status. */
export interface StatusFlags {
  readonly json?: boolean;
  readonly watch?: boolean;
}

const INTERVAL = 1000;
const TIMEOUT = 5000;

/** Clears a terminal, and sets the cursor to its beginning. */
const CLEAR = "\u001B[2J\u001B[H";

/** Asks a relay's status server, and prints the answer once, or every second. */
export async function showStatus(target: string, flags: StatusFlags, context: CommandContext): Promise<ExitCode> {
  const url = await urlOf(target, context);
  const output = new Output(context);
  let code: ExitCode = EXIT.gaveUp;
  for (;;) {
    const { text, isReady } = await readStatus(url, flags, context);
    code = isReady ? EXIT.ended : EXIT.gaveUp;
    if (text === undefined) {
      if (flags.watch !== true) return code;
    } else {
      const clears = flags.watch === true && flags.json !== true && context.stdout.isTTY === true;
      await output.write(`${clears ? CLEAR : ""}${text}\n`);
    }
    if (flags.watch !== true || context.interrupted.aborted || output.failed.aborted) return code;
    await wait(INTERVAL, undefined, { signal: context.interrupted }).catch(() => {});
    if (context.interrupted.aborted) return EXIT.ended;
  }
}

/** The address of the status server: of a configuration, or as it is given. */
async function urlOf(target: string, context: CommandContext): Promise<URL> {
  if (/^https?:\/\//.test(target)) {
    if (URL.canParse(target)) return new URL("/status", target);
    throw new UsageError(
      `${shown(target)} cannot be used; it takes the URL of a status server, such as http://127.0.0.1:9100`,
    );
  }
  const { settings } = await readConfigWithoutSecrets(target, context);
  const { status } = settings;
  if (status === undefined || status.port === 0) {
    const what = status === undefined ? "has no status server" : "lets the system choose the port";
    throw new UsageError(
      `${target} ${what}: add "status: 127.0.0.1:9100" to it and restart the relay, or give the URL`,
    );
  }
  // Where it listens on every address, this machine's own is one of them.
  const host = status.host === "0.0.0.0" ? "127.0.0.1" : status.host === "::" ? "::1" : status.host;
  return new URL(`http://${host.includes(":") ? `[${host}]` : host}:${status.port}/status`);
}

async function readStatus(
  url: URL,
  { json = false }: StatusFlags,
  { stdout, stderr }: CommandContext,
): Promise<{ text: string | undefined; isReady: boolean }> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT) });
    if (!response.ok) throw new Error(`it answered ${response.status}`);
    const status = (await response.json()) as RelayStatus;
    // A file and a pipe have no width.
    const columns = stdout.isTTY === true ? widthOf(stdout) : Number.MAX_SAFE_INTEGER;
    const text = json ? escapeControlChars(JSON.stringify(status)) : statusLines(status, columns).join("\n");
    return { text, isReady: status.ready };
  } catch (error) {
    const { cause } = error as Error;
    stderr.write(`error: ${url.href}: no status of a relay: ${errorLine(cause ?? error)}\n`);
    return { text: undefined, isReady: false };
  }
}
