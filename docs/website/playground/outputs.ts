import { EventParser, EventTooLargeError, type ServerSentEvent } from "sseer";

/** Something that the parser gave, and after how many bytes. */
export type Output = { readonly at: number } & (
  | { readonly kind: "event"; readonly event: ServerSentEvent }
  | { readonly kind: "comment"; readonly text: string }
  | { readonly kind: "retry"; readonly milliseconds: number }
  | { readonly kind: "unknown line"; readonly text: string }
  | { readonly kind: "event without data"; readonly text: string }
  | { readonly kind: "error"; readonly text: string }
);

/** What the parser makes of the bytes when a chunk ends at each of `cuts`. The input is not ended, as on an open connection. */
export function outputsOf(bytes: Uint8Array, cuts: readonly number[]): readonly Output[] {
  const outputs: Output[] = [];
  let at = 0;
  const parser = new EventParser({
    onEvent: (event) => outputs.push({ at, kind: "event", event }),
    onComment: (text) => outputs.push({ at, kind: "comment", text }),
    onRetry: (milliseconds) => outputs.push({ at, kind: "retry", milliseconds }),
    onUnknown: (text) => outputs.push({ at, kind: "unknown line", text }),
    onEmpty: (text) => outputs.push({ at, kind: "event without data", text }),
  });
  let start = 0;
  for (const end of cuts) {
    at = end;
    try {
      parser.push(bytes.subarray(start, end));
    } catch (error) {
      if (!(error instanceof EventTooLargeError)) throw error;
      return [...outputs, { at, kind: "error", text: error.message }];
    }
    start = end;
  }
  return outputs;
}

/** Whether the parser gave the same, however the bytes were cut. */
export function sameOutputs(some: readonly Output[], others: readonly Output[]): boolean {
  return JSON.stringify(some.map(withoutPlace)) === JSON.stringify(others.map(withoutPlace));
}

function withoutPlace(output: Output): object {
  return { ...output, at: undefined };
}
