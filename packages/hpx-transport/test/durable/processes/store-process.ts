// A process with a store, which does what its parent asks for: `RemoteStore`.
import { openStore, type StorePlan } from "./open-store.js";

interface Call {
  readonly id: number;
  readonly method: "claim" | "save" | "close";
  readonly args: readonly unknown[];
}

const opening = openStore(JSON.parse(process.argv[2] ?? "") as StorePlan);

process.on("message", (call: Call) => {
  void answer(call).then((reply) => process.send?.(reply));
});

async function answer({ id, method, args }: Call): Promise<unknown> {
  try {
    const { store } = await opening;
    const call = store[method] as ((...args: unknown[]) => Promise<unknown>) | undefined;
    return { id, value: await call?.apply(store, [...args]) };
  } catch (error) {
    const { name, code, message, details, retryable } = error as Record<string, unknown>;
    return { id, error: { name, code, message, details, retryable } };
  }
}
