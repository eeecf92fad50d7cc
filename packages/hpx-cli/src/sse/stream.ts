import type { SseConfig } from "hpx-transport/sse";
import type { CommandContext } from "../output.js";
import { checkedConfig } from "../request/config-error.js";
import type { RequestFlags } from "../request/flags.js";
import { readRequest, type RequestOptions } from "../request/request.js";
import { createLogger, type LogLevel, readLogLevel } from "../view/log.js";
import { LoggingClient } from "./logging-client.js";
import { openTimeoutOption, reconnectOption, type StreamFlags } from "./flags.js";
import type { SseView } from "./follow.js";

/** What the command line and the environment say of a stream, checked. */
export interface StreamSettings {
  readonly request: RequestOptions;
  readonly config: SseConfig;
  readonly level: LogLevel | undefined;
}

/** Reads and checks all settings, so that wrong usage ends before any output; throws `UsageError`. */
export async function readStream(
  url: string,
  flags: RequestFlags & StreamFlags,
  context: CommandContext,
): Promise<StreamSettings> {
  const request = await readRequest(url, flags, context);
  const reconnect = reconnectOption(flags.maxAttempts ?? (flags.wait ? Infinity : undefined));
  const { method, headers, body, lastEventId, client, auth } = request;
  const options = { url: request.url, method, headers, body, lastEventId, client, auth };
  const timeouts = { idleTimeout: flags.idleTimeout, openTimeout: openTimeoutOption(flags, method) };
  const config = checkedConfig({ ...options, ...timeouts, reconnect });
  return { request, config, level: readLogLevel(flags.verbose ? "debug" : context.env["HPX_LOG"]) };
}

/** The config with a log in the view's notes, if HPX_LOG asks for one. */
export function withLog(config: SseConfig, level: LogLevel | undefined, view: SseView): SseConfig {
  if (level === undefined || config.client === undefined) return config;
  const logger = createLogger(level, (line) => view.note(line));
  return config.with({ logger, client: new LoggingClient(config.client, logger) });
}
