import { EventParser, EventTooLargeError } from "sseer";
import { type Call, parseReference, withoutIgnored } from "./reference-parser.js";
import { concatBytes } from "./streams.js";

/** An action of a callback, beside recording the call. */
export type Action =
  | { readonly kind: "throw" | "reset" | "reset-throw" | "end" }
  | { readonly kind: "push" | "reset-push" | "push-throw"; readonly bytes: Uint8Array };

export interface Scenario {
  readonly chunks: readonly Uint8Array[];
  readonly limit: number;
  /** The sink takes what the standard ignores. */
  readonly ignored: boolean;
  /** The actions by the number of the call, counted over the whole scenario. */
  readonly actions: ReadonlyMap<number, Action>;
}

export interface Outcome {
  readonly calls: readonly Call[];
  readonly ids: readonly string[];
  readonly lastEventId: string;
}

class PlannedError extends Error {}

/** The number of bytes before and after each chunk that the parser must not read. */
const GUARD = 7;

/**
 * Runs the parser through a scenario and also builds the stream that the parser should see: bytes that callbacks push
 * go after the current chunk, and a reset drops the bytes that were not parsed. Returns the actual and the expected
 * outcome of each stretch, which is the part between two resets.
 */
export function runScenario({ chunks, limit, actions, ignored }: Scenario): { actual: Outcome[]; expected: Outcome[] } {
  const actual: Outcome[] = [];
  const expected: Outcome[] = [];
  /** The streams of this stretch, each with its bytes in the order of parsing; `end` starts a new stream. */
  let streams: Uint8Array[][] = [[]];
  let calls: Call[] = [];
  let ids: string[] = [];
  let firstId = "";
  let count = 0;
  let pushed = 0;

  const onCall = (call: Call): void => {
    calls.push(call);
    act();
  };
  const act = (): void => {
    const action = actions.get(count++);
    if (action === undefined) return;
    if (action.kind.startsWith("reset")) reset();
    if (action.kind === "end") end();
    if ("bytes" in action) push(action.bytes);
    if (action.kind.endsWith("throw")) throw new PlannedError();
  };
  const parser = new EventParser(
    {
      onEvent: (event) => onCall({ kind: "event", event }),
      onId: (id) => {
        ids.push(id);
        act();
      },
      onComment: (text) => onCall({ kind: "comment", text }),
      onRetry: (milliseconds) => onCall({ kind: "retry", milliseconds }),
      ...(ignored && {
        onUnknown: (line: string) => onCall({ kind: "unknown", line }),
        onEmpty: (event: string) => onCall({ kind: "empty", event }),
      }),
    },
    { maxEventSize: limit },
  );

  const push = (bytes: Uint8Array): void => {
    streams.at(-1)?.push(bytes);
    // The chunk is part of a larger buffer and is overwritten after `push` returns. Every second chunk is a Buffer, as
    // sockets give, because the `slice` of a Buffer does not copy.
    const size = bytes.length + 2 * GUARD;
    const memory = (pushed++ % 2 === 0 ? new Uint8Array(size) : Buffer.alloc(size)).fill(0x0a);
    memory.set(bytes, GUARD);
    try {
      parser.push(memory.subarray(GUARD, GUARD + bytes.length));
    } finally {
      memory.fill(0x0d);
    }
  };
  const end = (): void => {
    streams.push([]);
    parser.end();
  };
  /** Compares the calls of this stretch; after a reset from a callback, only the calls before it. */
  const close = (complete: boolean): void => {
    const should = parseStreams(streams, limit, firstId);
    const wanted = ignored ? should.calls : withoutIgnored(should.calls);
    actual.push({ calls, ids, lastEventId: parser.lastEventId });
    expected.push({
      calls: complete ? wanted : wanted.slice(0, calls.length),
      ids: complete ? should.ids : should.ids.slice(0, ids.length),
      lastEventId: complete ? should.lastEventId : parser.lastEventId,
    });
    [streams, calls, ids, firstId] = [[[]], [], [], parser.lastEventId];
  };
  const reset = (): void => {
    close(false);
    parser.reset();
  };
  const attempt = (step: () => void): void => {
    try {
      step();
    } catch (error) {
      if (error instanceof PlannedError) return;
      if (!(error instanceof EventTooLargeError)) throw error;
      close(true);
      parser.reset();
    }
  };

  for (const chunk of chunks) attempt(() => push(chunk));
  // Each throw leaves bytes in the queue. When all actions are used, no callback throws any more.
  while (count <= Math.max(-1, ...actions.keys())) {
    const before = count;
    attempt(() => parser.push(new Uint8Array(0)));
    if (count === before) break;
  }
  attempt(() => parser.push(new Uint8Array(0)));
  close(true);
  return { actual, expected };
}

function parseStreams(streams: readonly Uint8Array[][], limit: number, firstId: string): Outcome {
  const calls: Call[] = [];
  const ids: string[] = [];
  let lastEventId = firstId;
  for (const stream of streams) {
    const result = parseReference(concatBytes(stream), limit, lastEventId);
    calls.push(...result.calls);
    ids.push(...result.ids);
    lastEventId = result.lastEventId;
    if (result.tooLarge) break;
  }
  return { calls, ids, lastEventId };
}
