/**
 * Relays many streams of server-sent events into a log: nothing lost, nothing doubled, over crashes of any process.
 *
 * ```text
 *   sources ──> Relay ──> RelayLog (SQLite, NATS) ──> your readers
 *     ^                       │
 *     └── resume after ───────┘   the cursor is in the last message of each source
 * ```
 *
 * @example
 * import { Relay } from "hpx-relay";
 *
 * await using relay = await Relay.start({
 *   log: "sqlite:./relay.db",
 *   sources: { wiki: { url: "https://stream.wikimedia.org/v2/stream/recentchange", handler: "wikimedia" } },
 * });
 * setInterval(() => console.log(relay.status.sources[0]?.rate, "events a second"), 1000);
 * await relay.over;
 *
 * @remarks
 * - {@link Relay}: runs; {@link RelayConfig} is what it takes, {@link RelayStatus} what it does
 * - {@link readConfigFile}: the configuration of a file in JSON or YAML
 * - {@link openLog}, {@link SqliteLog}: the log, in SQLite or NATS JetStream; {@link RelayLog} is the interface for one of your own, which throws
 *   {@link LogConflict}, {@link LogUnavailable}, {@link LogFull} and {@link LogRefused}
 * - {@link LogServer}: serves a log as event streams, for any number of clients; {@link LogServerOptions} is what it takes
 * - {@link verify}: reads a log and says what is lost or doubled
 * - {@link MARKS}, {@link MARKER_KINDS}, {@link hashOf}: what is written beside each event
 *
 * @module hpx-relay
 */
export { type ConfigFile, readConfigFile } from "./config/file.js";
export type { ConfigContext, RelayConfig, RelaySettings, StatusAddress } from "./config/options.js";
export type { SourceConfig } from "./config/source.js";
export type { StreamConfig } from "./config/log.js";
export type { GroupConfig, GroupSettings } from "./config/group.js";
export type { DefaultsConfig } from "./config/defaults.js";
export type { Start } from "./config/start.js";
export { hashOf } from "./hash.js";
export { LogConflict, LogFull, LogRefused, LogUnavailable } from "./log/errors.js";
export type {
  Append,
  Forgetting,
  GroupStore,
  GroupView,
  Hint,
  HintStore,
  LogLimits,
  LogRecord,
  Message,
  ReadFrom,
  RelayLog,
  Tail,
} from "./log/log.js";
export { type LogSettings, openLog } from "./log/open.js";
export type { NatsLogOptions, NatsServers, NatsStreamSettings } from "./log/nats/options.js";
export { SqliteLog, type SqliteLogOptions } from "./log/sqlite/sqlite-log.js";
export { MARKER_KINDS, type MarkerKind, MARKS } from "./marks.js";
export { Relay, type RelayContext } from "./relay.js";
export { LogServer } from "./serve/log-server.js";
export type { LogServerOptions } from "./serve/options.js";
export type { SourceSettings } from "./source/settings.js";
export type { RelayStatus, SourceStatus } from "./status/status.js";
export { verify, type VerifyOptions, type VerifyReport } from "./verify/verify.js";
