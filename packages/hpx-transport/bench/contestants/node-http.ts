import * as http from "node:http";
import * as https from "node:https";
import { StringDecoder } from "node:string_decoder";
import { createParser } from "eventsource-parser";
import { type Contestant, touch } from "./index.js";

const consume: Contestant = (url) =>
  new Promise((resolve, reject) => {
    let events = 0;
    const parser = createParser({
      onEvent: (event) => {
        if (touch(event) > 0) events += 1;
      },
    });
    const { get } = url.startsWith("https:") ? https : http;
    get(url, (response) => {
      const decoder = new StringDecoder("utf8");
      response.on("data", (chunk: Buffer) => parser.feed(decoder.write(chunk)));
      response.on("end", () => resolve(events));
      response.on("error", reject);
    }).on("error", reject);
  });
export default consume;
