// A process with a store, which does what its parent asks for: `RemoteStore`.
import type { CursorStore } from "hpx-transport/durable";
import { FileCursorStore } from "hpx-transport/durable/file";

interface Call {
  readonly id: number;
  readonly method: "claim" | "save" | "close";
  readonly args: readonly unknown[];
}

const [kind, place = ""] = process.argv.slice(2);
const store = makeStore();

process.on("message", (call: Call) => {
  void answer(call).then((reply) => process.send?.(reply));
});

function makeStore(): CursorStore {
  if (kind === "file") return new FileCursorStore(place);
  throw new Error(`no store ${kind}`);
}

async function answer({ id, method, args }: Call): Promise<unknown> {
  try {
    const call = store[method] as ((...args: unknown[]) => Promise<unknown>) | undefined;
    return { id, value: await call?.apply(store, [...args]) };
  } catch (error) {
    const { name, code, message, details, retryable } = error as Record<string, unknown>;
    return { id, error: { name, code, message, details, retryable } };
  }
}
