import { spawnSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import type { TestContext } from "vitest";
import { onTestFinished } from "./resources.js";

const installed = spawnSync("tmux", ["-V"]).status === 0;

/** For `beforeEach`: skips the test where tmux is missing, and fails it in CI, where nothing may be. */
export function needsTmux(context: TestContext): void {
  if (installed) return;
  if (process.env["CI"]) throw new Error("tmux is not installed, and in CI this test must run");
  context.skip("skipped: tmux is not installed");
}

let terminals = 0;
/** In seconds. */
const LONGEST_TEST = 60;

/** A program in a real terminal: tmux's, of the test's own. What it leaves behind is shown by a last line, "exit N". */
export class Terminal {
  readonly #socket: string;

  constructor(
    program: string,
    args: readonly string[],
    options: { columns?: number; rows?: number; env?: string; jobs?: boolean } = {},
  ) {
    const { columns = 80, rows = 16, env = "", jobs = false } = options;
    terminals += 1;
    this.#socket = `hpx-test-${process.pid}-${terminals}`;
    onTestFinished(() => void spawnSync("tmux", ["-L", this.#socket, "kill-server"]));
    const command = [process.execPath, program, ...args].map((word) => `'${word}'`).join(" ");
    const size = ["-x", String(columns), "-y", String(rows)];
    const line = `${env} ${command}; echo "exit $?"`;
    // Jobs are for interactive shells only.
    const shell = jobs ? "PS1='$ ' bash --norc -i" : `${line}; exec cat`;
    this.#tmux("-f", "/dev/null", "new-session", "-d", ...size, shell);
    if (jobs) this.#tmux("send-keys", "-l", `clear; ${line}\n`);
    // The server is a daemon: it must not outlive a test process that was killed.
    this.#tmux("run-shell", "-b", "-d", String(LONGEST_TEST), "-C", "kill-server");
  }

  /** The lines of the screen, without the empty ones at its end. */
  get lines(): string[] {
    return this.#tmux("capture-pane", "-p").trimEnd().split("\n");
  }

  /** The same with colours. */
  get colored(): string {
    return this.#tmux("capture-pane", "-p", "-e");
  }

  get cursorIsVisible(): boolean {
    return this.#tmux("display-message", "-p", "#{cursor_flag}").trim() === "1";
  }

  /** Types a line. */
  type(line: string): void {
    this.#tmux("send-keys", "-l", `${line}\n`);
  }

  press(key: string): void {
    this.#tmux("send-keys", key);
  }

  resize(columns: number): void {
    this.#tmux("resize-window", "-x", String(columns));
  }

  /** Resolves when a line of the screen matches. */
  async shows(pattern: RegExp, deadline = 10_000): Promise<void> {
    const end = Date.now() + deadline;
    while (!this.lines.some((line) => pattern.test(line))) {
      if (Date.now() > end) throw new Error(`${String(pattern)} never came:\n${this.lines.join("\n")}`);
      await sleep(20);
    }
  }

  #tmux(...args: string[]): string {
    const { stdout, stderr, status } = spawnSync("tmux", ["-L", this.#socket, ...args], { encoding: "utf8" });
    if (status !== 0) throw new Error(`tmux ${args.join(" ")}: ${stderr}`);
    return stdout;
  }
}
