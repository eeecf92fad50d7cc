import { expect, test } from "vitest";
import { TransportError } from "../../src/error.js";
import { defaultClient as fetchDefault } from "../../src/http/fetch/default.js";
import * as elsewhere from "../../src/http/entries/other.js";
import * as node from "../../src/http/entries/node.js";
import { defaultClient as nodeDefault } from "../../src/http/node/default.js";

test("the entry for Node and the one for other runtimes have the same names", () => {
  expect(Object.keys(elsewhere).toSorted()).toEqual(Object.keys(node).toSorted());
});

test.each([
  ["NodeClient", () => new elsewhere.NodeClient()],
  ["DispatcherClient", () => new elsewhere.DispatcherClient({ dispatch: () => true })],
])("%s says where it works when made elsewhere", (name, make) => {
  let error: unknown;
  try {
    error = make();
  } catch (thrown) {
    error = thrown;
  }
  expect(TransportError.is(error, "CONFIG")).toBe(true);
  expect((error as Error).message).toBe(
    `client: ${name} cannot be used; it needs Node; use FetchClient in this runtime`,
  );
});

test("the default client is made once", () => {
  expect(nodeDefault()).toBeInstanceOf(node.NodeClient);
  expect(nodeDefault()).toBe(nodeDefault());
  expect(fetchDefault()).toBeInstanceOf(node.FetchClient);
  expect(fetchDefault()).toBe(fetchDefault());
});
