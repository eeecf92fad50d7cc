import type { Command } from "commander";
import { type SseHandlerName, sseHandlers } from "hpx-transport/sse";
import { parseCount, parseDuration, parseTimeSpan } from "../duration.js";
import { repeatable } from "../request/flags.js";
import { shown, wrongValue } from "../usage.js";

/** How the stream is followed, and until when. */
export interface StreamFlags {
  readonly idleTimeout?: number;
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
  command.option("--handler <name>", `apply the conventions of ${HANDLERS.join(", ")}`, parseHandler);
  if (event) command.option("--event <name>", "only events of this name; repeatable", repeatable);
  return command
    .option("--max-events <n>", "stop after n events", (text) => parseCount("--max-events", text, 1))
    .option("--seconds <time>", "stop after so long", (text) => parseTimeSpan("--seconds", text))
    .option("-q, --quiet", "say nothing on standard error but what went wrong");
}

/** The transport's `reconnect` for `--max-attempts`. */
export function reconnectOption(maxAttempts: number | undefined): false | { maxAttempts: number } | undefined {
  if (maxAttempts === undefined) return undefined;
  return maxAttempts === 0 ? false : { maxAttempts };
}
