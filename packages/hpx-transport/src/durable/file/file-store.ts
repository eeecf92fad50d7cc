import { nonEmpty } from "../../checks/checkers.js";
import { TransportError } from "../../error.js";
import type { CursorRecord } from "../record.js";
import type { Claim, CursorStore } from "../store.js";
import { CursorFolder } from "./folder.js";
import { cursorError } from "./problems.js";

/**
 * Keeps records in the file `cursors.log` of a folder. A save is durable when it resolves: it is appended and synced
 * (fdatasync), together with all others that came meanwhile. With many names, a save waits up to 100 ms for others to join it.
 *
 * Threads and processes of one machine may share a folder: a lock lets them write in turn, and dies with its process. One that
 * claims a name of another's goes on there, and the other ends with `CURSOR_FENCED` at its next save. A process that is stopped
 * (SIGSTOP) with the lock held keeps others waiting; after 10 s their error has its process id. On Linux they need the same network
 * namespace: two containers need a folder each, and so do two machines with a network drive.
 *
 * - a crash in a write leaves the record before it: the torn end of the log is cut off
 * - a full disk or a failed write rejects the save, which is tried again; the log is then written anew
 * - a folder that cannot be written to, and a damaged log, end the connection with `CURSOR_STORE`, which says what to do
 *
 * The log is text, JSON in frames, and is compacted as it grows: 1 MiB, or 8 times its contents.
 */
export class FileCursorStore implements CursorStore {
  readonly #path: string;
  #folder: CursorFolder | undefined;
  #isClosed = false;

  /**
   * `folder` is made at the first claim where it does not exist. Stores of the same folder share its log.
   *
   * @throws {TransportError} `CONFIG` where `folder` is no path
   */
  constructor(folder: string) {
    this.#path = nonEmpty("it takes the path of a folder", "")("folder", folder);
    if (this.#path === "") throw TransportError.config("folder", "undefined", "it takes the path of a folder");
  }

  /** As {@link CursorStore.claim}. @throws {TransportError} `CURSOR_STORE` */
  async claim(name: string): Promise<Claim> {
    try {
      return await this.#used().claim(name);
    } catch (error) {
      throw cursorError(this.#path, name, "claim", error);
    }
  }

  /** As {@link CursorStore.save}. @throws {TransportError} `CURSOR_FENCED`; or an error of the system, with what to do */
  async save(name: string, record: CursorRecord, claim: Claim): Promise<void> {
    try {
      await this.#used().save(name, record, claim);
    } catch (error) {
      throw cursorError(this.#path, name, "save", error);
    }
  }

  /** Closes the log and lets go of the lock, after the saves under way. Later claims and saves reject. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const folder = this.#folder;
    this.#folder = undefined;
    await folder?.leave();
  }

  #used(): CursorFolder {
    if (this.#isClosed) throw new Error("the store is closed");
    this.#folder ??= CursorFolder.use(this.#path);
    return this.#folder;
  }
}
