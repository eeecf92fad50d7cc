import type { Command } from "commander";
import {
  type WsMessage,
  WsConnection,
  wsHandlers,
  type WsOptions,
  type WsProtocolHandler,
} from "hpx-transport/websocket";
import { colorsFor } from "../colors.js";
import { createCommand, readWords } from "../command.js";
import { DURATION_HELP } from "../duration.js";
import { type CommandContext, Output } from "../output.js";
import { asUsage } from "../request/config-error.js";
import { HMAC_HELP } from "../request/flags.js";
import { readRequest, type RequestOptions } from "../request/request.js";
import { ResolvingClient } from "../request/resolve.js";
import { WEBSOCKET } from "../request/url.js";
import { serverText } from "../server-text.js";
import { OPEN_TIMEOUT, reconnectOption } from "../sse/flags.js";
import { type ExitCode, UsageError } from "../usage.js";
import type { Row } from "../view/event-row.js";
import { createLogger, readLogLevel } from "../view/log.js";
import { PipeView } from "../view/pipe-view.js";
import { Progress } from "../view/progress.js";
import { TerminalView } from "../view/terminal-view.js";
import type { View } from "../view/view.js";
import { addWsOptions, type WsFlags } from "./flags.js";
import { followWs } from "./follow.js";
import { messageLine } from "./message-line.js";

const HELP = `
On a terminal: a message a line, and the state of things below. In a pipe: a line of JSON a message on standard output, {"data"},
or {"base64"} for a binary message, with "topic", "id" and "gap" where the message has them, and "kind" with --handler: response,
update, system, control or unknown. The rest is on standard error.

Each line of standard input is sent as a text message. The next one is read when the connection has taken the one before; while
there is no connection they wait. A line that was on its way when the connection broke is told, and never sent twice.

Topics are those of the handler: btcusdt@trade (binance), books:BTC-USDT (okx), orderbook.50.BTCUSDT (bybit), book:BTC/USD (kraken),
ticker:BTC-USD (coinbase), book.BTC-PERPETUAL.100ms (deribit), newHeads (json-rpc), slotSubscribe (solana), a query (graphql).

${DURATION_HELP} ${HMAC_HELP}

Environment: as for hpx sse.

Exit code: 0 it ended, or was asked to stop (Ctrl-C, --max-messages, --seconds, --until-eof, a closed pipe);
1 it gave up (refused, every topic refused, --max-attempts used up, or nothing answered within --seconds or, without --wait,
within 30 s); 2 wrong usage

Examples:
  hpx ws --handler binance --subscribe btcusdt@trade wss://stream.binance.com/stream | jq -r '.data | fromjson | .data.p'
  echo '{"jsonrpc":"2.0","id":1,"method":"eth_blockNumber"}' | hpx ws --raw --max-messages 1 wss://example.com/rpc`;

/** `hpx ws URL`. */
export function wsCommand(context: CommandContext): Command {
  const command = createCommand("ws")
    .description("send and receive over a WebSocket, over any break, until it is over")
    .summary("send and receive over a WebSocket")
    .usage("[options] <url>")
    .argument("[url]", "the WebSocket; without a scheme it is ws")
    .allowExcessArguments();
  addWsOptions(command).addHelpText("after", HELP);
  return command.action(async (_: unknown, flags: WsFlags) => {
    const [url = ""] = readWords(command, ["url"]);
    process.exitCode = await connect(url, flags, context);
  });
}

async function connect(url: string, flags: WsFlags, context: CommandContext): Promise<ExitCode> {
  checkFlags(flags);
  // The body's compression is none of a handshake's.
  const request = await readRequest(url, { ...flags, compressed: false }, context, WEBSOCKET);
  const level = readLogLevel(flags.verbose ? "debug" : context.env["HPX_LOG"]);
  const output = new Output(context);
  const progress = new Progress("message");
  const view = createView(output, progress, flags, context);
  const logger = level === undefined ? undefined : createLogger(level, (line) => view.note(line));
  const connection = open({ ...optionsOf(request, flags), logger }, watched(flags, { view, progress, request }));
  const { subscribe: topics = [], input = true, untilEof = false, maxMessages, seconds: time } = flags;
  // `-H @-` has read it.
  const isTaken = flags.header?.includes("@-") === true;
  const options = { topics, input: input && !isTaken, untilEof, maxMessages, time };
  return await followWs(connection, options, {
    view,
    progress,
    sink: output,
    secrets: request.secrets,
    command: context,
  });
}

function checkFlags({ subscribe, handler, raw, parse, time, untilEof, input }: WsFlags): void {
  if (subscribe !== undefined && handler === undefined) {
    throw new UsageError("--subscribe: how to subscribe is a matter of the service; name it with --handler");
  }
  const other = parse ? "--parse" : time ? "--time" : undefined;
  if (raw && other !== undefined) {
    throw new UsageError(`--raw and ${other}: a raw line has nothing to which ${other} adds; leave one of them out`);
  }
  if (untilEof && input === false) {
    throw new UsageError("--until-eof and --no-input: standard input is not read; leave one of them out");
  }
}

function optionsOf({ url, headers, client, auth }: RequestOptions, flags: WsFlags): WsOptions {
  const { protocol: protocols, compressed: compression, pingInterval, idleTimeout, maxAttempts, wait } = flags;
  return {
    url,
    headers,
    auth,
    protocols,
    compression,
    pingInterval,
    idleTimeout,
    client: client instanceof ResolvingClient ? client.clientFor(url) : client,
    openTimeout: wait ? 0 : OPEN_TIMEOUT,
    reconnect: reconnectOption(maxAttempts ?? (wait ? Infinity : undefined)),
  };
}

/** The handler of the service, and what tells the view of states. */
function watched(
  { handler: name }: WsFlags,
  { view, progress, request }: { view: View<WsMessage>; progress: Progress; request: RequestOptions },
): WsProtocolHandler {
  let lastText: string | undefined;
  const handler: WsProtocolHandler = name === undefined ? { read: () => ({ kind: "update" }) } : wsHandlers[name]();
  return Object.assign(handler, {
    onStateChange: (state: Parameters<View<WsMessage>["stateChanged"]>[0]): void => {
      progress.changeState(state);
      view.stateChanged(state);
      if (state.status !== "reconnecting") return;
      const text = serverText(state.error, request.secrets);
      // The same words at every attempt are said once.
      if (text !== undefined && text !== lastText) view.remark(`the server says: ${text}`);
      lastText = text;
    },
  });
}

function open(options: WsOptions, handler: WsProtocolHandler): WsConnection {
  try {
    return WsConnection.open(options, handler);
  } catch (error) {
    throw asUsage(error);
  }
}

function createView(
  output: Output,
  progress: Progress,
  flags: WsFlags,
  { stdout, stderr, env }: CommandContext,
): View<WsMessage> {
  const onTerminal = stdout.isTTY === true && env["TERM"] !== "dumb" && !flags.raw;
  if (!onTerminal) {
    const options = { ...flags, kind: flags.handler !== undefined };
    return new PipeView(output, stderr, { quiet: flags.quiet, line: (message) => messageLine(message, options) });
  }
  return new TerminalView(stdout, stderr, { progress, colors: colorsFor(stdout, env), rowOf });
}

function rowOf({ topic, kind, data }: WsMessage): Row {
  return { event: topic ?? kind, data: typeof data === "string" ? data : `${data.length} bytes` };
}
