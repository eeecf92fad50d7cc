import type { Command } from "commander";
import { type SseHandlerName, sseHandlers } from "hpx-transport/sse";
import { parseCount, parseDuration, parseTimeSpan } from "../duration.js";
import { repeatable } from "../request/flags.js";
import { SameOption } from "../request/same-option.js";
import { shown, wrongValue } from "../usage.js";

/** How the stream is followed, and until when. */
export interface StreamFlags {
  readonly idleTimeout?: number;
  readonly wait?: boolean;
  readonly maxAttempts?: number;
  readonly maxEvents?: number;
  readonly seconds?: number;
  readonly event?: readonly string[];
  readonly handler?: SseHandlerName;
  readonly quiet?: boolean;
}

const HANDLERS = (Object.keys(sseHandlers) as SseHandlerName[]).filter((name) => name !== "generic");

function parseHandler(name: string): SseHandlerName {
  const handler = HANDLERS.find((each) => each === name);
  if (handler === undefined) throw wrongValue("--handler", shown(name), `it takes ${HANDLERS.join(", ")}`);
  return handler;
}

/** Gives `command` the transport's own options; `--event` is left out where all are wanted. */
export function addStreamOptions(command: Command, { event = true }: { event?: boolean } = {}): Command {
  command
    .optionsGroup("Stream:")
    .option("--idle-timeout <time>", "reconnect after so much silence (default: never)", (text) =>
      parseDuration("--idle-timeout", text),
    )
    .option(
      "--max-attempts <n>",
      "give up after n failed reconnects in a row; 0: never reconnect (default: no limit)",
      (text) => parseCount("--max-attempts", text, 0),
    );
  command.option(
    "--wait",
    `wait for a server without a limit (default: give up when it never answered in ${OPEN_TIMEOUT / 1000} s)`,
  );
  command.option("--handler <name>", `apply the conventions of ${HANDLERS.join(", ")}`, parseHandler);
  if (event) command.option("--event <name>", "only events of this name; repeatable", repeatable);
  return command
    .option("--max-events <n>", "stop after n events", (text) => parseCount("--max-events", text, 1))
    .option("--seconds <time>", "stop after so long", (text) => parseTimeSpan("--seconds", text))
    .addOption(
      new SameOption("-m, --max-time <seconds>", "the same", "seconds").argParser((text) => parseTimeSpan("-m", text)),
    )
    .option("-q, --quiet", "say nothing on standard error but what went wrong")
    .addOption(new SameOption("-s, --silent", "the same", "quiet"));
}

/** For how long a command waits for the first answer of a server, over all attempts, in milliseconds. */
export const OPEN_TIMEOUT = 30_000;

/**
 * The transport's `openTimeout`: none with `--wait`. A request that is sent once only, and the services of `--handler`, have
 * the transport's own: an answer of theirs may take its time, and is lost when it is not waited for.
 */
export function openTimeoutOption({ wait, handler }: StreamFlags, method: string): number | undefined {
  if (wait) return 0;
  return method.toUpperCase() === "GET" && handler === undefined ? OPEN_TIMEOUT : undefined;
}

/** The transport's `reconnect` for `--max-attempts`. */
export function reconnectOption(maxAttempts: number | undefined): false | { maxAttempts: number } | undefined {
  if (maxAttempts === undefined) return undefined;
  return maxAttempts === 0 ? false : { maxAttempts };
}
