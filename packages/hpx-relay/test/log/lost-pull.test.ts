import type { NatsLogOptions } from "hpx-relay";
import { describe, expect, onTestFinished, test } from "vitest";
import { NatsLink } from "../../src/log/nats/connection.js";
import { NatsLog } from "../../src/log/nats/nats-log.js";
import { readStream } from "../../src/log/nats/reader.js";
import { appendOf } from "../support.js";
import { hasNats, NatsServers } from "./support/nats-servers.js";

describe.skipIf(!hasNats)("a reading of a stream", () => {
  test("whose messages are lost on their way misses none of them", { timeout: 60_000 }, async () => {
    const servers = await NatsServers.start();
    const options: NatsLogOptions = {
      servers: servers.urls,
      name: "RELAY",
      subject: "feed.{source}",
      replicas: 1,
      maxAge: 0,
    };
    const log = await NatsLog.open(options);
    onTestFinished(() => log.close());
    let expected = 0;
    for (const from of [0, 500, 1000, 1500, 2000]) {
      const numbers = Array.from({ length: 500 }, (_, index) => from + index + 1);
      [expected = 0] = await log.append([appendOf("a", expected, ...numbers)]);
    }
    const link = await NatsLink.open(options);
    onTestFinished(() => link.close());
    // The first pull takes 10 messages, and what the server sent beside them goes nowhere.
    const subscribe = link.connection.subscribe.bind(link.connection);
    let pulls = 0;
    link.connection.subscribe = (subject, given) => {
      const subscription = subscribe(subject, given);
      pulls += 1;
      if (pulls === 1) {
        const all = subscription[Symbol.asyncIterator].bind(subscription);
        subscription[Symbol.asyncIterator] = async function* some() {
          let count = 0;
          for await (const message of { [Symbol.asyncIterator]: all }) {
            count += 1;
            if (count > 10) return;
            yield message;
          }
        };
      }
      return subscription;
    };
    const read: number[] = [];
    const reading = { stream: "RELAY", subject: "feed.a", from: 1, until: 2500, withoutData: true, bytes: undefined };
    for await (const records of readStream(link, reading, new AbortController().signal)) {
      read.push(...records.map(({ n }) => n));
    }
    expect(read).toEqual(Array.from({ length: 2500 }, (_, index) => index + 1));
    expect(pulls).toBeGreaterThan(3);
  });
});
