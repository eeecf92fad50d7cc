import { expect, test } from "vitest";
import { TransportError } from "../../src/error.js";
import { defaultClient as fetchDefault } from "../../src/http/fetch/default.js";
import * as elsewhere from "../../src/http/entries/other.js";
import * as node from "../../src/http/entries/node.js";
import { defaultClient as nodeDefault } from "../../src/http/node/default.js";

test("the entry for Node and the one for other runtimes have the same names", () => {
  expect(Object.keys(elsewhere).toSorted()).toEqual(Object.keys(node).toSorted());
});

test("UndiciClient says where it works when made elsewhere", () => {
  let error: unknown;
  try {
    error = new elsewhere.UndiciClient();
  } catch (thrown) {
    error = thrown;
  }
  expect(TransportError.is(error, "CONFIG")).toBe(true);
  expect((error as Error).message).toBe(
    "client: UndiciClient cannot be used; it needs Node; use FetchClient in this runtime",
  );
});

test("the default client is made once", () => {
  expect(nodeDefault()).toBeInstanceOf(node.UndiciClient);
  expect(nodeDefault()).toBe(nodeDefault());
  expect(fetchDefault()).toBeInstanceOf(node.FetchClient);
  expect(fetchDefault()).toBe(fetchDefault());
});
