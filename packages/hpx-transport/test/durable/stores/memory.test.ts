import { type CursorStore, MemoryCursorStore, WebStorageCursorStore } from "hpx-transport/durable";
import { conformance } from "./conformance.js";

// A record is damaged through the store itself: it keeps what it is given.
conformance("MemoryCursorStore", {
  place: async () => {
    const store = new MemoryCursorStore();
    const damage = async (name: string): Promise<void> => {
      const claim = await store.claim(name);
      const broken = { ...(claim.record as object), n: -1, version: 1000 };
      await store.save(name, broken as never, claim);
    };
    return { open: async (): Promise<CursorStore> => store, damage };
  },
});

conformance("WebStorageCursorStore", {
  racy: true,
  place: async () => {
    const kept = new Map<string, string>();
    const storage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
    };
    return {
      open: async (): Promise<CursorStore> => new WebStorageCursorStore(storage),
      damage: async (name: string) => void kept.set(`hpx-cursor:${name}:record`, "{"),
    };
  },
});
