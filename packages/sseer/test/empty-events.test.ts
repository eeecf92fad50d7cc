import { expect, test } from "vitest";
import { Recorder } from "./support/recorder.js";

test.each([
  "event: e\n\n",
  "event:e\r\rdata: 1\r\r",
  "id: 5\nevent: x\nevent: e\nretry: 7\n\n",
  `: ${"c".repeat(99)}\nevent: e\n\n`,
])("onEmpty gets the type of a block without data: %j", (stream) => {
  const { log } = new Recorder({}, { ignored: true }).push(stream);
  expect(log.filter((call) => call.startsWith("!"))).toEqual(["! e"]);
});

test.each(["\n", "id: 5\n\n", "event: message\n\n", "event: e\nevent:\n\n", "event: e\ndata\n\n", "event: e\n"])(
  "%j has no empty event",
  (stream) => {
    const { log } = new Recorder({}, { ignored: true }).push(stream, "data: 1\n");
    expect(log.filter((call) => call.startsWith("!"))).toEqual([]);
  },
);
