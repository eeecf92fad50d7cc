import { TransportError } from "../../error.js";
import type { SseCursorConnection, SseEvent } from "../../sse/index.js";
import type { Finding } from "./continuity.js";
import type { Gap } from "./gap.js";
import type { DurableSettings } from "../options.js";

/** Tells of gaps: counts them, calls `onGap`, and ends the connection where `gaps` asks for it. */
export class GapReport {
  readonly #settings: DurableSettings;
  readonly #connection: SseCursorConnection;

  constructor(settings: DurableSettings, connection: SseCursorConnection) {
    this.#settings = settings;
    this.#connection = connection;
  }

  /** `lastId`: the id before the event. Returns whether the event is delivered. */
  tell(finding: Omit<Finding, "token">, event: SseEvent, found: Gap["found"], lastId: string): boolean {
    const { kind, count = "unknown", key = "", after = lastId, before = event.id } = finding;
    if (kind === undefined) return true;
    const gap: Gap = { kind, count, key, after, before, found, at: Date.now() };
    const number = count === "unknown" ? 1 : count;
    if (kind === "duplicate") this.#connection.count({ duplicates: number });
    // What the server said is counted by the connection.
    else if (found !== "server") this.#connection.count({ lost: number });
    this.#settings.onGap?.(gap);
    if (kind === "duplicate") return this.#settings.duplicates === "deliver";
    if (this.#settings.gaps === "report") return true;
    this.#connection.fail(TransportError.gap(describe(this.#settings.name, gap), gap));
    return false;
  }
}

function describe(name: string, { kind, count, key, after, before }: Gap): string {
  const where = `between ${JSON.stringify(after)} and ${JSON.stringify(before)}${key === "" ? "" : ` of ${key}`}`;
  const lost = count === 1 ? "1 event was lost" : `${count} events were lost`;
  const what = kind === "lost" ? lost : kind === "reset" ? "the numbers began anew" : "events may be lost";
  return `cursor ${JSON.stringify(name)}: ${what} ${where}; to go on after it, fetch what is missing and run once with gaps: "report"`;
}
