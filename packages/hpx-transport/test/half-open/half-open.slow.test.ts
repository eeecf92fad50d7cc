import { beforeEach, describe, expect, test } from "vitest";
import { needs } from "../support/requirements.js";
import { namespaces } from "./support/network.js";
import { Peers } from "./support/peers.js";

beforeEach(needs(namespaces));

describe.each(["HTTP/1.1", "HTTP/2"] as const)("over %s", (protocol) => {
  test("a peer that vanished without a FIN is noticed by TCP keep-alive in under a minute; a quiet one is left alone", async () => {
    const [vanishing, quiet] = [await Peers.start(protocol), await Peers.start(protocol)];
    await quiet.report({ kind: "event", data: "event 1" });
    const { at } = await vanishing.report({ kind: "event", data: "event 1" });
    vanishing.network.link("down");
    const noticed = await vanishing.report({ kind: "disconnected" }, 60_000);
    expect(noticed).toMatchObject({ code: "SSE_STREAM_ENDED", cause: "ETIMEDOUT" });
    // 15 s of silence, then ten probes a second apart: what came sooner was not keep-alive.
    expect(noticed.at - at).toBeGreaterThan(15_000);
    expect(noticed.at - at).toBeLessThan(60_000);
    expect(quiet.reports.filter(({ kind }) => kind === "disconnected")).toEqual([]);
    vanishing.network.link("up");
    await vanishing.report({ kind: "event", data: "event 2" });
  }, 90_000);

  test("a peer that vanished is noticed by idleTimeout when that is set; attempts fail until it is back", async () => {
    const peers = await Peers.start(protocol, { idleTimeout: 2000 });
    const { at } = await peers.report({ kind: "event", data: "event 1" });
    peers.network.link("down");
    const noticed = await peers.report({ kind: "disconnected" });
    expect(noticed.code).toBe("IDLE_TIMEOUT");
    expect(noticed.at - at).toBeGreaterThanOrEqual(1990);
    await peers.report({ kind: "disconnected", code: "TIMEOUT" });
    peers.network.link("up");
    await peers.report({ kind: "event", data: "event 2" });
  });
});

test("over HTTP/2 a peer that vanished is noticed in under a minute also where TCP keep-alive waits for what was sent since", async () => {
  const peers = await Peers.start("HTTP/2", { moreAfter: 5000 });
  const { at } = await peers.report({ kind: "event", data: "event 1" });
  peers.network.link("down");
  const noticed = await peers.report({ kind: "disconnected" }, 60_000);
  expect(noticed).toMatchObject({ code: "SSE_STREAM_ENDED", cause: "ETIMEDOUT" });
  // Later than by keep-alive, which is done after 25 s: it was the PING.
  expect(noticed.at - at).toBeGreaterThan(29_000);
  expect(noticed.at - at).toBeLessThan(60_000);
}, 90_000);
