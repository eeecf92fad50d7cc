import { mkdir } from "node:fs/promises";
import { resolve as absolutePath } from "node:path";
import type { CursorRecord } from "../record.js";
import type { Claim } from "../store.js";
import type { FolderLock } from "./lock.js";
import { CursorLog } from "./log.js";
import type { Change, Names } from "./names.js";
import { Pace } from "./pace.js";
import { PidFileLock } from "./pid-file-lock.js";
import { SocketLock } from "./socket-lock.js";

/** A claim or a save that waits for its commit. */
interface Operation {
  readonly name: string;
  readonly isClaim: boolean;
  /** What to write, and what it resolves with, by what the log says. */
  readonly prepare: (names: Names) => Change;
  readonly resolve: (claim: Claim) => void;
  readonly reject: (error: unknown) => void;
}

/** The folders that this process uses, by their paths: stores of one folder share its log. */
const folders = new Map<string, CursorFolder>();

/**
 * Group commit: operations that arrive while a commit is under way are written together by the next one, in one frame with one
 * sync. A commit holds the lock, so it knows of all that was written before, and what it checks is true when it writes.
 */
export class CursorFolder {
  readonly #path: string;
  readonly #log: CursorLog;
  readonly #pace = new Pace();
  readonly #makeLock: (folder: string) => Promise<FolderLock>;
  #lock: FolderLock | undefined;
  #waiting: Operation[] = [];
  #running: Promise<void> | undefined;
  #users = 0;

  /** `makeLock`: the lock of this system unless given. */
  constructor(path: string, makeLock: (folder: string) => Promise<FolderLock> = lockFor) {
    this.#path = path;
    this.#log = new CursorLog(path);
    this.#makeLock = makeLock;
  }

  /** The folder at `path`, until `leave`. */
  static use(path: string): CursorFolder {
    const absolute = absolutePath(path);
    const folder = folders.get(absolute) ?? new CursorFolder(absolute);
    folders.set(absolute, folder);
    folder.#users += 1;
    return folder;
  }

  /** Undoes `use`. The last user closes the log, after all that is under way. */
  async leave(): Promise<void> {
    this.#users -= 1;
    if (this.#users > 0) return;
    if (folders.get(this.#path) === this) folders.delete(this.#path);
    await this.#running;
    await this.#lock?.release();
    await this.#log.close();
  }

  /** As `CursorStore.claim`. */
  claim(name: string): Promise<Claim> {
    return this.#submit({ name, isClaim: true, prepare: (names) => names.claim(name) });
  }

  /** As `CursorStore.save`. */
  save(name: string, record: CursorRecord, claim: Claim): Promise<unknown> {
    this.#pace.saved(name, performance.now());
    return this.#submit({ name, isClaim: false, prepare: (names) => names.save(name, record, claim) });
  }

  #submit(operation: Omit<Operation, "resolve" | "reject">): Promise<Claim> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ...operation, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  async #run(): Promise<void> {
    // Everything that is asked for in this turn of the event loop joins the first commit.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const { delay } = this.#pace;
      if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
      await this.#commitWaiting();
    }
    this.#running = undefined;
  }

  async #commitWaiting(): Promise<void> {
    let batch: Operation[] | undefined;
    try {
      await this.#takeLock();
      batch = this.#waiting.splice(0);
      await this.#commit(batch);
    } catch (error) {
      for (const { reject } of batch ?? this.#waiting.splice(0)) reject(error);
      await this.#dropLock();
    }
    if (this.#lock?.wanted === true) await this.#lock.release();
  }

  async #takeLock(): Promise<void> {
    if (this.#lock === undefined) {
      await mkdir(this.#path, { recursive: true });
      this.#lock = await this.#makeLock(this.#path);
      this.#lock.onWanted = () => {
        if (this.#running === undefined) void this.#lock?.release();
      };
    }
    if ((await this.#lock.acquire()) || this.#log.isStale) await this.#log.refresh();
  }

  /** After a failure: there may be another folder at the path now, which needs a lock of its own. */
  async #dropLock(): Promise<void> {
    await this.#lock?.release();
    this.#lock = undefined;
  }

  async #commit(batch: readonly Operation[]): Promise<void> {
    const lines: string[] = [];
    const settle: (() => void)[] = [];
    const saved = new Set<string>();
    const deferred = new Set<string>();
    for (const operation of batch) {
      const { name, isClaim, prepare, resolve, reject } = operation;
      // A claim depends on the saves before it, and what follows depends on the claim: the next commit does those.
      if (deferred.has(name) || (isClaim && saved.has(name))) {
        deferred.add(name);
        this.#waiting.push(operation);
        continue;
      }
      (isClaim ? deferred : saved).add(name);
      try {
        const { line, claim, apply } = prepare(this.#log.names);
        if (line !== undefined) lines.push(line);
        settle.push(() => {
          apply();
          resolve(claim);
        });
      } catch (error) {
        settle.push(() => reject(error));
      }
    }
    if (lines.length > 0) await this.#log.append(lines);
    for (const tell of settle) tell();
    // Where there is no space for it, the log goes on as it is.
    if (this.#log.isLong) await this.#log.rewrite().catch(() => {});
  }
}

async function lockFor(folder: string): Promise<FolderLock> {
  return process.platform === "linux" ? SocketLock.of(folder) : new PidFileLock(folder);
}
