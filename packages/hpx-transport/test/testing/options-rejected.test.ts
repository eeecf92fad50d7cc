import { TransportError } from "hpx-transport";
import { FaultProxy, MockSseServer, randomFaults } from "hpx-transport/testing";
import { expect, test } from "vitest";

const server = async (options: object): Promise<unknown> => await MockSseServer.start(options);
const proxy = async (options: object): Promise<unknown> => await FaultProxy.start({ target: 1, ...options });
const faults = async (options: object): Promise<unknown> =>
  await Promise.resolve(randomFaults({ seed: 1, ...options }));

test.each([
  [server, { port: 70_000 }, "port: 70000 cannot be used; it takes a port number, or 0 for any free port"],
  [server, { headers: "x-a: 1" }, "headers: a string cannot be used; it takes an object"],
  [server, { retention: -1 }, "retention: -1 cannot be used; it takes a whole number of events, at least 0"],
  [server, { recordedRequests: 1.5 }, "recordedRequests: 1.5 cannot be used; it takes a whole number of requests, at"],
  [server, { deadline: Infinity }, "deadline: Infinity cannot be used; it takes a whole number of milliseconds from 0"],
  [
    server,
    { deadline: 2 ** 31 },
    "deadline: 2147483648 cannot be used; it takes a whole number of milliseconds from 0",
  ],
  [proxy, { target: "localhost" }, "target: a string cannot be used; it takes a URL with a host and port, or a port"],
  [proxy, { target: 70_000 }, "target: 70000 cannot be used; it takes a URL"],
  [faults, { seed: 0.5 }, "seed: 0.5 cannot be used; it takes a whole number"],
  [
    faults,
    { faults: ["cutt"] },
    "faults: an array cannot be used; it takes an array of refuse, cut, reset, stall, delay",
  ],
  [faults, { healthy: 2 }, "healthy: 2 cannot be used; it takes a share from 0 to 1"],
  [faults, { ms: -1 }, "ms: -1 cannot be used; it takes a whole number of milliseconds, at least 0"],
])("%o with %o", async (start, options, message) => {
  const error: unknown = await start(options).catch((thrown: unknown) => thrown);
  expect(TransportError.is(error, "CONFIG") && error.message).toContain(message);
});
