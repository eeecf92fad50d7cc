import { StringDecoder } from "node:string_decoder";
import { createParser } from "eventsource-parser";
import { EventParser } from "sseer";
import { Checksum } from "./checksum.js";

/** One way to parse a stream. Each run has a fresh parser, and materialises every string. */
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

/** What everyone ships: bytes through a streaming TextDecoder into eventsource-parser, as its README and stream do. */
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

/** The fastest that could be put together without a parser of bytes. */
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
