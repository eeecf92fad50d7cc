import type { OpenedStore, StorePlan } from "./open-store.js";

interface Call {
  readonly id: number;
  readonly method: "claim" | "save" | "close" | "damage";
  readonly args: readonly unknown[];
}

/** Opens a store and does what the parent asks for: `RemoteStore`. */
export function serveStore(open: (store: StorePlan) => Promise<OpenedStore>): void {
  const opening = open(JSON.parse(process.argv[2] ?? "") as StorePlan);
  process.on("message", (call: Call) => {
    void answer(opening, call).then((reply) => process.send?.(reply));
  });
}

async function answer(opening: Promise<OpenedStore>, { id, method, args }: Call): Promise<unknown> {
  try {
    const { store, damage } = await opening;
    const target = method === "damage" ? { damage } : store;
    const call = Reflect.get(target, method) as ((...args: unknown[]) => Promise<unknown>) | undefined;
    return { id, value: await call?.apply(target, [...args]) };
  } catch (error) {
    const { name, code, message, details, retryable } = error as Record<string, unknown>;
    return { id, error: { name, code, message, details, retryable } };
  }
}
