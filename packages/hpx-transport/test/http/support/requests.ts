import { expect, vi } from "vitest";
import type { HttpBody, HttpClient, HttpRequest } from "../../../src/http/entries/node.js";
import { FetchClient, NodeClient } from "../../../src/http/entries/node.js";

/** Both clients, for the suites that hold for each. */
export const clients: { name: string; make: () => HttpClient }[] = [
  { name: "NodeClient", make: () => new NodeClient() },
  { name: "FetchClient", make: () => new FetchClient() },
];

/** A GET with long deadlines. */
export function get(url: URL | string, overrides: Partial<HttpRequest> = {}): HttpRequest {
  return {
    method: "GET",
    url: new URL(url),
    headers: new Headers(),
    body: undefined,
    connectTimeout: 10_000,
    responseTimeout: 10_000,
    hiddenRedirect: "refuse",
    signal: new AbortController().signal,
    ...overrides,
  };
}

/** Everything that a body told its consumer, in order; a chunk as its text. */
export interface Recording {
  readonly chunks: string[];
  text(): string;
  /** How the body ended: `undefined` for a complete one. */
  readonly ended: Promise<Error | undefined>;
  /** How many times it said that it was over. */
  readonly endings: number;
}

/** Consumes `body`. */
export function record(body: HttpBody, onChunk: (bytes: Uint8Array) => void = () => {}): Recording {
  const chunks: string[] = [];
  let endings = 0;
  let settle: (error: Error | undefined) => void;
  const ended = new Promise<Error | undefined>((resolve) => {
    settle = resolve;
  });
  const end = (error?: Error): void => {
    endings += 1;
    settle(error);
  };
  body.consume({
    onChunk(bytes) {
      chunks.push(Buffer.from(bytes).toString("latin1"));
      onChunk(bytes);
    },
    onEnd: end,
    onError: end,
  });
  return {
    chunks,
    text: () => chunks.join(""),
    ended,
    get endings() {
      return endings;
    },
  };
}

/** What `value` is when it changes no more. */
export async function steady(value: () => number): Promise<number> {
  let last = Number.NaN;
  await vi.waitFor(
    () => {
      const before = last;
      last = value();
      expect(last).toBe(before);
    },
    { timeout: 10_000, interval: 200 },
  );
  return last;
}
