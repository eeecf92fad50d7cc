import { createRequire } from "node:module";
import type { Transform } from "node:stream";
import { Checksum } from "./checksum.js";
import type { Contestant } from "./contestants.js";

interface UndiciEvent {
  readonly type: string;
  readonly options: { readonly data: string; readonly lastEventId: string };
}

/** undici does not export its parser. This is the module that its EventSource pipes a response through. */
const { EventSourceStream } = createRequire(import.meta.url)("undici/lib/web/eventsource/eventsource-stream.js") as {
  readonly EventSourceStream: new (options: object) => Transform;
};

export const undiciStream: Contestant = {
  name: "undici's EventSourceStream",
  run(chunks) {
    const sum = new Checksum();
    return new Promise((resolve, reject) => {
      const stream = new EventSourceStream({
        eventSourceSettings: {},
        push(event: UndiciEvent | null) {
          if (event !== null) sum.add(event.type, event.options.data, event.options.lastEventId);
          return true;
        },
      });
      stream.on("error", reject);
      for (const chunk of chunks) stream.write(chunk);
      stream.end(() => resolve(sum));
    });
  },
};
