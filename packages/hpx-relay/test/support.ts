import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Append, hashOf, type LogRecord, type Message, type ReadFrom, type RelayLog } from "hpx-relay";
import { onTestFinished } from "vitest";

/** A folder that goes with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "hpx-relay-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A message with the marks of event `n` of a source whose ids count. */
export function messageOf(n: number, changes: Partial<Message> = {}): Message {
  const data = Buffer.from(`event ${n}`);
  return {
    event: "message",
    id: String(n),
    after: 0,
    n,
    at: 1000 + n,
    hash: hashOf("message", data),
    data,
    ...changes,
  };
}

let tags = 0;

/** An append of messages with these numbers. */
export function appendOf(source: string, expected: number, ...numbers: readonly number[]): Append {
  tags += 1;
  return { source, expected, messages: numbers.map((n) => messageOf(n)), tag: `test.0.${tags}.0` };
}

/** All that a log has. */
export async function recordsOf(log: RelayLog, from: ReadFrom = {}): Promise<LogRecord[]> {
  const all: LogRecord[] = [];
  for await (const records of log.read(from, new AbortController().signal)) all.push(...records);
  return all;
}

/** Resolves when `condition` holds; rejects after `deadline` milliseconds. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  deadline = 15_000,
): Promise<void> {
  const end = Date.now() + deadline;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`never came: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
