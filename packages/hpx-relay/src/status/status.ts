import type { LogState } from "../commit/group-commit.js";
import { messageOf, type RelayedSource } from "../source/relayed-source.js";

/** What a relay does at one moment. It holds no header, and no query of a URL. */
export interface RelayStatus {
  /** The process's name. */
  readonly id: string;
  /** When it started, in milliseconds since 1970. */
  readonly startedAt: number;
  /** The log can be written, no source waits for it, and the group, if there is one, hears of this process. */
  readonly ready: boolean;
  /** The log. */
  readonly log: {
    /** Where it is, without a secret. */
    readonly url: string;
    /** `away`: it does not answer. `full`: it has no room. */
    readonly state: LogState["kind"];
    /** Why it is not writable. */
    readonly error?: string | undefined;
    /** Appends that succeeded, and the seconds that they took together. */
    readonly commits: number;
    /** See `commits`. */
    readonly commitSeconds: number;
  };
  /** The group; left out where this process is alone. */
  readonly group?:
    | {
        /** The revision of the view. */
        readonly revision: number;
        /** The names of its members. */
        readonly members: readonly string[];
        /** The others hear of this process. */
        readonly isMember: boolean;
      }
    | undefined;
  /** The sources, in the order of the configuration. */
  readonly sources: readonly SourceStatus[];
}

/** The states of a source, as a status tells them. */
export const SOURCE_STATES = [
  "starting",
  "connecting",
  "flowing",
  "blocked",
  "failed",
  "ended",
  "standby",
  "stopped",
] as const;

/** A source at one moment. */
export interface SourceStatus {
  /** Its name. */
  readonly name: string;
  /** Its URL without query and fragment. */
  readonly url: string;
  /** `blocked`: an append waits for the log for a second or more. */
  readonly state: (typeof SOURCE_STATES)[number];
  /** Since when, in milliseconds since 1970. */
  readonly since: number;
  /** The process that runs it; empty where none does. */
  readonly owner: string;
  /** Why it is `connecting`, `blocked` or `failed`, or is run by none. */
  readonly error?: string | undefined;
  /** Members of the group that have another configuration of it: they do not rank for it. */
  readonly differing?: readonly string[] | undefined;
  /** Events since the start of the process that are in the log. */
  readonly events: number;
  /** The bytes of their data. */
  readonly bytes: number;
  /** Events a second, over the last ten seconds. */
  readonly rate: number;
  /** Seconds that the oldest event that is not in the log has waited; 0 where none waits. */
  readonly lag: number;
  /** When the last event was read that is in the log; milliseconds since 1970. */
  readonly lastAt?: number | undefined;
  /** The last id in the log. */
  readonly lastId: string;
  /** The number of the last event in the log. */
  readonly n: number;
  /** Markers of gaps. */
  readonly gaps: number;
  /** Times that the log lost its end. */
  readonly rewinds: number;
  /** Events that came again and were dropped. */
  readonly duplicates: number;
  /** Times that another relay appended. */
  readonly fenced: number;
  /** Seconds from the decision to run it here until it was connected; left out before. */
  readonly takeover?: number | undefined;
}

/** An append that waits for as long blocks its source, in milliseconds. */
const BLOCKED = 1000;

/** What a source's status needs beside the source. */
export interface StatusContext {
  /** This process. */
  readonly owner: string;
  /** The members that know the source by another configuration. */
  readonly differing: readonly string[];
  /** Events a second. */
  readonly rate: number;
  readonly log: LogState;
  /** By `Date.now()`. */
  readonly now: number;
}

/** The status of one source. */
export function sourceStatus(source: RelayedSource, { owner, differing, rate, log, now }: StatusContext): SourceStatus {
  const { counts, end, settings, state, since } = source;
  const waited = end?.waitsSince === undefined ? 0 : now - end.waitsSince;
  const isBlocked = log.kind !== "writable" && waited >= BLOCKED;
  const error = isBlocked ? log.error : "error" in state ? state.error : undefined;
  const { events, bytes, gaps, rewinds, duplicates, fenced } = counts;
  return {
    name: settings.name,
    url: settings.url.origin + settings.url.pathname,
    state: isBlocked ? "blocked" : state.kind,
    since: isBlocked ? now - waited : since,
    owner: state.kind === "standby" ? state.owner : owner,
    ...(error !== undefined && { error: messageOf(error) }),
    ...(differing.length > 0 && { differing }),
    events,
    bytes,
    rate,
    lag: waited / 1000,
    lastAt: counts.lastAt,
    lastId: end?.known?.id ?? "",
    n: end?.known?.n ?? 0,
    gaps,
    rewinds,
    duplicates,
    fenced,
    ...(source.takeover !== undefined && { takeover: source.takeover / 1000 }),
  };
}
