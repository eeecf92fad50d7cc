import { TransportError } from "../../error.js";
import { type CursorRecord, readRecord } from "../record.js";
import type { Claim } from "../store.js";
import { damaged, unknownFormat } from "./problems.js";

/** The first line of a log. */
const FORMAT_LINE = JSON.stringify({ format: "hpx-cursors", v: 1 });

interface Kept {
  readonly epoch: number;
  readonly version: number;
  /** The record as JSON; `undefined` before the first save. */
  readonly record: string | undefined;
}

/** What an operation adds to the log. */
export interface Change {
  /** The claim that it is made under, or that it makes. */
  readonly claim: Claim;
  /** `undefined` where nothing is to be written. */
  readonly line: string | undefined;
  /** To be called when the line is durable. */
  readonly apply: () => void;
}

/** What the log says of each name. Its lines are applied in their order: a record counts while its claim is the last one. */
export class Names {
  readonly #kept = new Map<string, Kept>();

  /** How many names there are. */
  get size(): number {
    return this.#kept.size;
  }

  /** Reads a line of the log. @throws {Error} where this version cannot read it */
  apply(line: string): void {
    const { format, v, claim, name, epoch, version, record } = parsed(line);
    if (format !== undefined) {
      if (v !== 1) throw unknownFormat();
    } else if (typeof claim === "string") {
      const { version: before = 0, record: kept } = this.#kept.get(claim) ?? {};
      const text = record === undefined ? kept : JSON.stringify(record);
      this.#kept.set(claim, { epoch: Number(epoch), version: versionOf(record) ?? before, record: text });
    } else if (typeof name === "string") {
      const kept = this.#kept.get(name);
      if (kept === undefined || kept.epoch !== epoch || Number(version) <= kept.version) return;
      this.#kept.set(name, { epoch: kept.epoch, version: Number(version), record: line });
    } else {
      throw damaged("a line of it has no name");
    }
  }

  /** The next claim of `name`. @throws {TransportError} `CURSOR_STORE` where the record is damaged */
  claim(name: string): Change {
    const { epoch: before = 0, version = 0, record: text } = this.#kept.get(name) ?? {};
    const record = text === undefined ? undefined : readRecord(name, text);
    const epoch = before + 1;
    const line = JSON.stringify({ claim: name, epoch });
    return { claim: { epoch, record }, line, apply: () => void this.#kept.set(name, { epoch, version, record: text }) };
  }

  /** A save of `record`; without a line where a later one is saved. @throws {TransportError} `CURSOR_FENCED` */
  save(name: string, record: CursorRecord, claim: Claim): Change {
    const { epoch } = claim;
    const kept = this.#kept.get(name);
    if (kept?.epoch !== epoch) throw TransportError.cursorFenced(name);
    const { version } = record;
    if (version <= kept.version) return { claim, line: undefined, apply: () => {} };
    const isWhole = record.name === name && record.epoch === epoch;
    const line = JSON.stringify(isWhole ? record : { ...record, name, epoch });
    const apply = (): void => {
      // Of several saves in one commit, the newest counts.
      if (version > (this.#kept.get(name)?.version ?? 0)) this.#kept.set(name, { epoch, version, record: line });
    };
    return { claim, line, apply };
  }

  /** All of it in as few lines as there are names. */
  lines(): string[] {
    const lines = [FORMAT_LINE];
    for (const [name, { epoch, record }] of this.#kept) {
      const kept = record === undefined ? "" : `,"record":${record}`;
      lines.push(`{"claim":${JSON.stringify(name)},"epoch":${epoch}${kept}}`);
    }
    return lines;
  }
}

function parsed(line: string): { readonly [key: string]: unknown } {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === "object" && value !== null) return value as { readonly [key: string]: unknown };
  } catch {
    // Told below.
  }
  throw damaged("a line of it is not JSON");
}

function versionOf(record: unknown): number | undefined {
  return typeof record === "object" && record !== null ? Number(Reflect.get(record, "version")) : undefined;
}
