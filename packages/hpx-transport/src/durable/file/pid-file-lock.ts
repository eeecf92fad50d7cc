import { randomUUID } from "node:crypto";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type FolderLock, PATIENCE } from "./lock.js";
import { locked } from "./problems.js";

/** Milliseconds between two looks at a lock that is held. */
const PAUSE = 5;
const WAY_OUT = "end it; where that is another program with the same number, delete cursors.lock";

/**
 * A lock for systems without abstract sockets: the file `cursors.lock` with the holder's process id. It appears with its content,
 * by a link, and where no process has that id, its holder is dead. It is held for one commit at a time, for a file cannot tell its
 * holder that another waits.
 */
export class PidFileLock implements FolderLock {
  readonly wanted = true;
  onWanted: () => void = () => {};
  readonly #path: string;

  readonly #patience: number;

  /** `patience`: milliseconds to wait for the lock. */
  constructor(folder: string, patience: number = PATIENCE) {
    this.#path = join(folder, "cursors.lock");
    this.#patience = patience;
  }

  async acquire(): Promise<boolean> {
    const own = `${this.#path}.${randomUUID()}`;
    const end = Date.now() + this.#patience;
    await writeFile(own, String(process.pid), { flag: "wx" });
    try {
      while (!(await linked(own, this.#path))) {
        const holder = await read(this.#path);
        if (holder !== undefined && !isAlive(Number(holder))) await this.#remove(holder);
        else if (Date.now() >= end) throw locked(holder, this.#patience, WAY_OUT);
        else await new Promise((resolve) => setTimeout(resolve, PAUSE));
      }
    } finally {
      await rm(own, { force: true });
    }
    return true;
  }

  async release(): Promise<void> {
    await rm(this.#path, { force: true });
  }

  /** Removes the lock of a dead holder, but not one that another process has put in its place just now. */
  async #remove(dead: string): Promise<void> {
    const aside = `${this.#path}.${randomUUID()}`;
    try {
      await rename(this.#path, aside);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
      throw error;
    }
    if ((await read(aside)) !== dead) await linked(aside, this.#path);
    await rm(aside, { force: true });
  }
}

/** Whether `path` is another name of the file `own` now; `false` where there is such a file. */
async function linked(own: string, path: string): Promise<boolean> {
  try {
    await link(own, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

async function read(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(() => undefined);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
