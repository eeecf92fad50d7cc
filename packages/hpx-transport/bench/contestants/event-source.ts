import { type Contestant, touch } from "./index.js";

/** What the `EventSource` classes of the peers have in common here; their types differ in the rest. */
interface Source {
  addEventListener(type: "trade", listener: (event: SourceEvent) => void): void;
  close(): void;
}

interface SourceEvent {
  readonly data: string;
  readonly lastEventId: string;
  readonly type: string;
}

/** Reads with a class that has the interface of the standard. */
export const readWith =
  (EventSource: unknown): Contestant =>
  (url, count) =>
    new Promise((resolve) => {
      let events = 0;
      const source = new (EventSource as new (url: string) => Source)(url);
      source.addEventListener("trade", ({ data, lastEventId, type }) => {
        if (touch({ data, id: lastEventId, event: type }) > 0) events += 1;
        if (events < count) return;
        source.close();
        resolve(events);
      });
    });
