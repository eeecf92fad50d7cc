import { constants, statSync, writeSync } from "node:fs";
import { type FileHandle, mkdir, open, rename, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { encodeFrame, type Scan, scan } from "./frame.js";
import { Names } from "./names.js";
import { damaged, removed, unlocked } from "./problems.js";

const { O_APPEND, O_CREAT, O_RDWR, O_TRUNC } = constants;

/** Bytes under which a log is not compacted. */
const LEAST_TO_COMPACT = 1 << 20;
/** Bytes that are written without a thread. */
const LONGEST_AT_ONCE = 65_536;
/** A log is compacted when it is so many times as long as its first frame, which is what the last compaction wrote. */
const GROWTH = 8;

/**
 * The file `cursors.log` of a folder. Its first frame is whole in any case: it is written under another name, synced and renamed,
 * when the log is made and when it is compacted. Each commit appends a frame. A torn frame at the end is cut off; a damaged one
 * elsewhere is an error, for to go on would start names from nothing.
 *
 * All methods but `close` are called with the folder's lock held.
 */
export class CursorLog {
  #names = new Names();
  readonly #folder: string;
  readonly #path: string;
  #handle: FileHandle | undefined;
  #inode = 0n;
  /** What is read and written of the file. */
  #size = 0;
  /** The size at which the log is compacted. */
  #limit = 0;
  /** A write failed: what the file holds after it, and what of that is on the disk, is unknown. */
  #isDoubtful = false;
  /** Another process wrote to it without our lock. */
  #isStale = false;

  constructor(folder: string) {
    this.#folder = folder;
    this.#path = join(folder, "cursors.log");
  }

  /** What it says now. */
  get names(): Names {
    return this.#names;
  }

  /** The log is worth a compaction. */
  get isLong(): boolean {
    return this.#size > this.#limit;
  }

  /** It has to be read again before it is written to. */
  get isStale(): boolean {
    return this.#isStale;
  }

  /** Reads what others wrote since the lock was held last. @throws {Error} where the log is damaged or cannot be read */
  async refresh(): Promise<void> {
    const found = await this.#stat();
    const isOurs = found?.ino === this.#inode && Number(found.size) >= this.#size && !this.#isStale;
    if (this.#handle !== undefined && isOurs && !this.#isDoubtful) {
      if (Number(found.size) > this.#size) await this.#read(this.#names, this.#handle, this.#size);
      return;
    }
    await this.close();
    // It was deleted, or never was.
    if (found === undefined) return this.rewrite();
    const isDoubtful = this.#isDoubtful;
    const handle = await open(this.#path, O_RDWR | O_APPEND);
    try {
      const names = new Names();
      const { firstEnd } = await this.#read(names, handle, 0);
      this.#use(handle, found.ino, names, firstEnd);
      this.#isDoubtful = isDoubtful;
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** Appends a frame with these lines, which are durable when it resolves. The caller applies them. */
  async append(lines: readonly string[]): Promise<void> {
    if (this.#handle === undefined || this.#isDoubtful) await this.rewrite();
    const handle = this.#handle as FileHandle;
    const frame = encodeFrame(lines);
    let found: Found | undefined;
    try {
      // A write to memory: a thread for it would cost more than the write. The disk is waited for below.
      const written = frame.length <= LONGEST_AT_ONCE ? writeSync(handle.fd, frame) : 0;
      if (written < frame.length) await handle.appendFile(frame.subarray(written));
      await handle.datasync();
      // The same: it is in memory.
      found = statSync(this.#path, { bigint: true, throwIfNoEntry: false });
      this.#size += frame.length;
      this.#isStale = found?.ino !== this.#inode || Number(found.size) !== this.#size;
    } catch (error) {
      this.#isDoubtful = true;
      throw error;
    }
    if (this.#isStale) throw found === undefined ? removed() : unlocked();
  }

  /** Writes all that is known to a new file in place of the log. Where that fails, the log before is as it was. */
  async rewrite(): Promise<void> {
    // Tried again later, where it fails.
    this.#limit = this.#size + LEAST_TO_COMPACT;
    const created = await mkdir(this.#folder, { recursive: true });
    const draft = `${this.#path}.new`;
    const handle = await open(draft, O_RDWR | O_APPEND | O_CREAT | O_TRUNC, 0o666);
    try {
      const frame = encodeFrame(this.#names.lines());
      await handle.appendFile(frame);
      await handle.sync();
      await rename(draft, this.#path);
      await syncFolders(this.#folder, created);
      const before = this.#handle;
      this.#size = frame.length;
      this.#use(handle, (await handle.stat({ bigint: true })).ino, this.#names, frame.length);
      await before?.close();
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** Closes the file; `refresh` opens it again. */
  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close();
  }

  #use(handle: FileHandle, inode: bigint, names: Names, firstFrame: number): void {
    this.#handle = handle;
    this.#inode = inode;
    this.#names = names;
    this.#isDoubtful = false;
    this.#isStale = false;
    this.#limit = Math.max(LEAST_TO_COMPACT, GROWTH * firstFrame);
  }

  /** Applies the frames from `from` on, and cuts off a torn one. */
  async #read(names: Names, handle: FileHandle, from: number): Promise<Scan> {
    const { size } = await handle.stat();
    const bytes = Buffer.alloc(Math.max(0, size - from));
    let length = 0;
    while (length < bytes.length) {
      const { bytesRead } = await handle.read(bytes, length, bytes.length - length, from + length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    const found = scan(bytes);
    const { lines, end, damagedAt } = found;
    if (damagedAt !== undefined || (from === 0 && end === 0)) throw damaged(`at byte ${from + end} of ${size}`);
    for (const line of lines) names.apply(line);
    if (end < bytes.length) {
      await handle.truncate(from + end);
      await handle.datasync();
    }
    this.#size = from + end;
    return found;
  }

  async #stat(): Promise<Found | undefined> {
    try {
      return await stat(this.#path, { bigint: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  }
}

/** What is at the path of the log. */
interface Found {
  readonly ino: bigint;
  readonly size: bigint;
}

/** Makes the entries of new files durable: those of `folder`, and its own up to `created`, the first folder that was made. */
async function syncFolders(folder: string, created: string | undefined): Promise<void> {
  // Windows opens no folder for that.
  if (process.platform === "win32") return;
  const last = created === undefined ? resolve(folder) : dirname(resolve(created));
  for (let path = resolve(folder); ; path = dirname(path)) {
    const handle = await open(path, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (path === last || path === dirname(path)) return;
  }
}
