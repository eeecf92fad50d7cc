import { createRequire } from "node:module";
import type { Transform } from "node:stream";
import { Checksum } from "./checksum.js";
import type { Contestant } from "./contestants.js";

interface UndiciEvent {
  readonly type: string;
  readonly options: { readonly data: string; readonly lastEventId: string };
}

/** undici 8 needs Node 22.19. */
const major = Number(process.versions.node.split(".")[0]) > 22 ? 8 : 7;
const name = major === 8 ? "undici8" : "undici";

/** undici does not export its parser. This is the module that its EventSource pipes a response through. */
const { EventSourceStream } = createRequire(import.meta.url)(`${name}/lib/web/eventsource/eventsource-stream.js`) as {
  readonly EventSourceStream: new (options: object) => Transform;
};

export const undiciStream: Contestant = {
  name: `undici ${major}'s EventSourceStream`,
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
