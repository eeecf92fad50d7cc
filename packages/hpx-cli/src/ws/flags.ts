import type { Command } from "commander";
import { type WsHandlerName, wsHandlers } from "hpx-transport/websocket";
import { parseCount, parseDuration, parseTimeSpan } from "../duration.js";
import {
  addConnectionOptions,
  addHeaderOptions,
  addSigningOptions,
  repeatable,
  type RequestFlags,
} from "../request/flags.js";
import { SameOption } from "../request/same-option.js";
import { OPEN_TIMEOUT } from "../sse/flags.js";
import { shown, wrongValue } from "../usage.js";
import type { WsLineOptions } from "./message-line.js";

/** What the command line of `hpx ws` says. */
export interface WsFlags extends RequestFlags, Pick<WsLineOptions, "raw" | "parse" | "time"> {
  readonly protocol?: readonly string[];
  readonly subscribe?: readonly string[];
  readonly handler?: WsHandlerName;
  readonly input?: boolean;
  readonly untilEof?: boolean;
  readonly pingInterval?: number;
  readonly idleTimeout?: number;
  readonly wait?: boolean;
  readonly maxAttempts?: number;
  readonly maxMessages?: number;
  readonly seconds?: number;
  readonly quiet?: boolean;
}

const HANDLERS = Object.keys(wsHandlers) as WsHandlerName[];

function parseHandler(name: string): WsHandlerName {
  const handler = HANDLERS.find((each) => each === name);
  if (handler === undefined) throw wrongValue("--handler", shown(name), `it takes ${HANDLERS.join(", ")}`);
  return handler;
}

/** Gives `command` the options of `hpx ws`. */
export function addWsOptions(command: Command): Command {
  addSigningOptions(addHeaderOptions(command))
    .option("--compressed", "offer permessage-deflate")
    .option("--url <url>", "the URL, in place of the argument");
  return addConnectionOptions(command)
    .optionsGroup("WebSocket:")
    .option("--protocol <name>", "offer this subprotocol; repeatable, the best one first", repeatable)
    .option("--handler <name>", `apply the conventions of ${HANDLERS.join(", ")}`, parseHandler)
    .option(
      "--subscribe <topic>",
      "subscribe to this topic, also after a reconnect; repeatable; needs --handler",
      repeatable,
    )
    .option("--no-input", "do not read standard input")
    .option("--until-eof", "close when standard input is over (default: go on receiving)")
    .option("--ping-interval <time>", "the time between two pings of ours; 0: none (default: 20s)", (text) =>
      parseDuration("--ping-interval", text),
    )
    .option("--idle-timeout <time>", "reconnect after so much silence (default: never)", (text) =>
      parseDuration("--idle-timeout", text),
    )
    .option(
      "--max-attempts <n>",
      "give up after n failed reconnects in a row; 0: never reconnect (default: no limit)",
      (text) => parseCount("--max-attempts", text, 0),
    )
    .option(
      "--wait",
      `wait for a server without a limit (default: give up when it never answered in ${OPEN_TIMEOUT / 1000} s)`,
    )
    .option("--max-messages <n>", "stop after n messages", (text) => parseCount("--max-messages", text, 1))
    .option("--seconds <time>", "stop after so long", (text) => parseTimeSpan("--seconds", text))
    .addOption(
      new SameOption("-m, --max-time <seconds>", "the same", "seconds").argParser((text) => parseTimeSpan("-m", text)),
    )
    .option("-q, --quiet", "say nothing on standard error but what went wrong")
    .addOption(new SameOption("-s, --silent", "the same", "quiet"))
    .optionsGroup("Output:")
    .option("--raw", "print the data of each message as it is, on a line")
    .option("--parse", 'add "json" to each line: the data as JSON, where it is JSON')
    .option("--time", 'add "time" to each line: when the message was read');
}
