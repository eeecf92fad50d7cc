import { StringDecoder } from "node:string_decoder";
import { createParser } from "eventsource-parser";
import { EventParser } from "sseer";
import { Checksum } from "./checksum.js";

/** A way to parse a stream. Each run creates a new parser and builds every string. */
export interface Contestant {
  readonly name: string;
  readonly run: (chunks: readonly Buffer[]) => Checksum | Promise<Checksum>;
}

export const sseer: Contestant = {
  name: "sseer",
  run(chunks) {
    const sum = new Checksum();
    const parser = new EventParser({ onEvent: (event) => sum.add(event.event, event.data, event.id) });
    for (const chunk of chunks) parser.push(chunk);
    return sum;
  },
};

/** The usual way: a streaming TextDecoder before eventsource-parser, as in its README and its stream. */
export const espTextDecoder: Contestant = {
  name: "eventsource-parser + TextDecoder",
  run(chunks) {
    const sum = new Checksum();
    const decoder = new TextDecoder();
    const parser = createParser({ onEvent: (event) => sum.add(event.event, event.data, event.id) });
    for (const chunk of chunks) parser.feed(decoder.decode(chunk, { stream: true }));
    return sum;
  },
};

/** The fastest combination found that does not parse bytes. */
export const espStringDecoder: Contestant = {
  name: "eventsource-parser + StringDecoder",
  run(chunks) {
    const sum = new Checksum();
    const decoder = new StringDecoder("utf8");
    const parser = createParser({ onEvent: (event) => sum.add(event.event, event.data, event.id) });
    for (const chunk of chunks) parser.feed(decoder.write(chunk));
    return sum;
  },
};
