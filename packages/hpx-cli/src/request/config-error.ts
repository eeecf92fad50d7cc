import { TransportError } from "hpx-transport";
import { SseConfig, type SseOptions } from "hpx-transport/sse";
import { UsageError } from "../usage.js";

/** The transport's names for what the options set. */
const OPTION_OF: Readonly<Record<string, string>> = {
  url: "URL",
  method: "-X",
  headers: "-H",
  body: "-d",
  lastEventId: "--last-event-id",
  idleTimeout: "--idle-timeout",
  openTimeout: "--wait",
  reconnect: "--max-attempts",
  "cursor.name": "--resume",
  protocols: "--protocol",
  pingInterval: "--ping-interval",
  proxy: "-x",
  socketPath: "--unix-socket",
  "tls.ca": "--cacert",
  "tls.cert": "--cert",
  "tls.key": "--key",
  "tls.passphrase": "--cert",
  "HmacAuth.key": "HPX_KEY",
  "HmacAuth.secret": "HPX_SECRET",
  "HmacAuth.passphrase": "HPX_PASSPHRASE",
};

/** An error of the transport's checks in the words of the command line; any other one as it is. */
export function asUsage(error: unknown): unknown {
  if (!TransportError.is(error, "CONFIG")) return error;
  const { field } = error.details;
  const option = OPTION_OF[field];
  if (option === undefined) return error;
  return new UsageError(error.message.replace(field, option));
}

/** The options, checked; throws `UsageError` for what cannot be used. */
export function checkedConfig(options: SseOptions): SseConfig {
  try {
    return SseConfig.from(options);
  } catch (error) {
    throw asUsage(error);
  }
}
