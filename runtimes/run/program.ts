import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";

export interface ProgramOptions {
  /** Called with each line of the output. */
  readonly onLine?: (line: string) => void;
  readonly cwd?: string;
  /** Added to this process's environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** The time limit in milliseconds. After it the program is killed, which is a failure. */
  readonly deadline: number;
}

/** Runs a program to its end. Rejects with its stderr unless it exits on its own, in time and with 0. */
export async function runProgram(command: string, args: readonly string[], options: ProgramOptions): Promise<void> {
  const env = { ...process.env, ...options.environment };
  const child = spawn(command, args, { cwd: options.cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const complaints = collect(child);
  const timer = setTimeout(() => child.kill("SIGKILL"), options.deadline);
  try {
    // Waits for both: lines may still come after the exit.
    const [code] = await Promise.all([exitOf(child), readLines(child, options.onLine ?? (() => {}))]);
    if (code !== 0) throw new Error(`it ended with ${code}\n${complaints.text}`);
  } finally {
    clearTimeout(timer);
  }
}

/** The version number in the output of a program. */
export async function versionOf(command: string): Promise<string> {
  const lines: string[] = [];
  await runProgram(command, ["--version"], { onLine: (line) => lines.push(line), deadline: 20_000 });
  return /\d[\w.-]*/.exec(lines[0] ?? "")?.[0] ?? "";
}

/** Collects the end of a program's stderr. */
export function collect(child: ChildProcess): { text: string } {
  const complaints = { text: "" };
  child.stderr?.on("data", (chunk: Buffer) => {
    complaints.text = `${complaints.text}${chunk.toString()}`.slice(-4000);
  });
  return complaints;
}

function exitOf(child: ChildProcess): Promise<number | string | null> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve(code ?? signal));
  });
}

async function readLines(child: ChildProcess, onLine: (line: string) => void): Promise<void> {
  if (child.stdout === null) return;
  for await (const line of createInterface(child.stdout)) onLine(line);
}
