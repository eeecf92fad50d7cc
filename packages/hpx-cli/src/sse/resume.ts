import { accessSync, constants, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import type { Command } from "commander";
import { DurableCursor } from "hpx-transport/durable";
import { FileCursorStore } from "hpx-transport/durable/file";
import type { SseEvent } from "hpx-transport/sse";
import { parseCount } from "../duration.js";
import { errorCode } from "../text.js";
import { shown, UsageError, wrongValue } from "../usage.js";

/** Where the position in the stream is kept, and how often it is saved. */
export interface ResumeFlags {
  readonly resume?: string;
  readonly cursors?: string;
  readonly saveEvery?: number;
}

/** Gives `command` the options of {@link ResumeFlags}. */
export function addResumeOptions(command: Command): Command {
  return command
    .optionsGroup("Resume:")
    .option("--resume <name>", "go on where the last run with this name stopped; see below", (name) => {
      if (name === "") throw wrongValue("--resume", shown(name), "it takes a name, one for each stream and reader");
      return name;
    })
    .option("--cursors <folder>", "the folder of these positions (default: see below)")
    .option("--save-every <n>", "save the position after n events (default: 1000, and once a second)", (text) =>
      parseCount("--save-every", text, 1),
    );
}

/** The position of a run in its stream: what was written is acknowledged, and saved. */
export class Resumption {
  /** For the connection. */
  readonly cursor: DurableCursor;
  readonly #store: FileCursorStore;

  private constructor(cursor: DurableCursor, store: FileCursorStore) {
    this.cursor = cursor;
    this.#store = store;
  }

  /** What the flags ask for; throws `UsageError` where that cannot be, such as in a folder that cannot be written. */
  static from(
    { resume: name, cursors, saveEvery }: ResumeFlags,
    env: Readonly<Record<string, string | undefined>>,
  ): Resumption | undefined {
    if (name === undefined) {
      const other = cursors !== undefined ? "--cursors" : saveEvery !== undefined ? "--save-every" : undefined;
      if (other === undefined) return undefined;
      throw new UsageError(`${other}: there is no position to save; give it a name with --resume`);
    }
    const folder = cursors ?? defaultFolder(env);
    makeFolder(folder);
    const store = new FileCursorStore(folder);
    return new Resumption(new DurableCursor({ name, store, acknowledge: "manual", saveEvery }), store);
  }

  /** These events were written, and all before them. */
  acknowledge(events: readonly SseEvent[]): void {
    // The position moves once the first one is acknowledged, which is the last one here: one save covers all.
    for (const event of events.toReversed()) this.cursor.acknowledge(event);
  }

  /** Saves what is acknowledged, and lets go of the folder. Rejects where it cannot be saved. */
  async close(): Promise<void> {
    try {
      await this.cursor.flush();
    } finally {
      await this.#store.close();
    }
  }
}

/** The folder for the state of programs, as the system has it. */
function defaultFolder(env: Readonly<Record<string, string | undefined>>): string {
  const { XDG_STATE_HOME: state = "", LOCALAPPDATA: local = "" } = env;
  // The XDG specification: a path that is not absolute is ignored.
  if (isAbsolute(state)) return join(state, "hpx", "cursors");
  if (process.platform === "win32" && local !== "") return join(local, "hpx", "cursors");
  return join(homedir(), ".local", "state", "hpx", "cursors");
}

function makeFolder(folder: string): void {
  try {
    // An id of a private stream may be private.
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw wrongValue("--cursors", `${shown(folder)} (${errorCode(error)})`, "it takes a folder that can be written");
  }
}
