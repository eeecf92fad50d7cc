import * as fc from "fast-check";
import { encodeEvent, type ServerSentEvent } from "sseer";
import { expect, test } from "vitest";
import { Recorder } from "./support/recorder.js";

const text = fc.oneof(fc.string({ maxLength: 20 }), fc.string({ unit: "grapheme", maxLength: 20 }));
const oneLine = text.map((value) => value.replaceAll(/[\r\n]/g, ""));

const events: fc.Arbitrary<ServerSentEvent> = fc.record(
  {
    event: oneLine.map((type) => (type === "" ? "message" : type)),
    data: fc
      .oneof(text, fc.constantFrom("", "\n", " ", "a\n", "\n\nb", ": x", "\uFEFF", "\0"))
      .map((data) => data.replaceAll("\r", "")),
    id: oneLine.map((id) => id.replaceAll("\0", "")),
    retry: fc.maxSafeNat(),
  },
  { requiredKeys: ["event", "data", "id"] },
);

test("what is encoded is read back the same", () => {
  fc.assert(
    fc.property(fc.array(events), (list) => {
      const recorder = new Recorder().push(list.map((event) => encodeEvent(event)).join(""));
      const read = recorder.calls.flatMap((call) => (call.kind === "event" ? [call.event] : []));
      expect(read).toStrictEqual(list.map((event) => ({ ...event })));
    }),
  );
});

test("a block has a line for each field that is given", () => {
  expect(encodeEvent({ event: "trade", data: "a\nb", id: "5", retry: 10, comment: "c\nd" })).toBe(
    ": c\n: d\nevent: trade\nid: 5\nretry: 10\ndata: a\ndata: b\n\n",
  );
  expect(encodeEvent({ data: "" })).toBe("data: \n\n");
  expect(encodeEvent({ id: "" })).toBe("id: \n\n");
  expect(encodeEvent({ comment: "" })).toBe(": \n\n");
  expect(encodeEvent({ event: "message", data: "x" })).toBe("data: x\n\n");
});

test("any line end in data becomes several data lines", () => {
  expect(new Recorder().push(encodeEvent({ data: "a\r\nb\rc\n\r\nd\n" })).data).toEqual(["a\nb\nc\n\nd\n"]);
});

test("a comment of several lines comes back as several", () => {
  expect(new Recorder().push(encodeEvent({ comment: "a\r\n b\rdata: c" })).log).toEqual([": a", ":  b", ": data: c"]);
});

test.each([
  [{ event: "a\nb" }, 'event: "a\\nb" cannot be sent; it takes a string without line ends'],
  [{ event: "a\r" }, 'event: "a\\r" cannot be sent; it takes a string without line ends'],
  [{ id: "\n" }, 'id: "\\n" cannot be sent; it takes a string without line ends'],
  [{ id: "a\rb" }, 'id: "a\\rb" cannot be sent; it takes a string without line ends'],
  [{ id: "a\0" }, 'id: "a\\u0000" cannot be sent; a client ignores an id with NUL'],
  [{ retry: -1 }, "retry: -1 cannot be sent; it takes whole milliseconds from 0"],
  [{ retry: 1.5 }, "retry: 1.5 cannot be sent; it takes whole milliseconds from 0"],
  [{ retry: Number.NaN }, "retry: NaN cannot be sent; it takes whole milliseconds from 0"],
  [{ retry: 2 ** 53 }, "retry: 9007199254740992 cannot be sent; it takes whole milliseconds from 0"],
])("%j is refused", (event, message) => {
  expect(() => encodeEvent({ data: "x", ...event })).toThrow(new TypeError(message));
});
