import { beforeEach, expect, test } from "vitest";
import { needs } from "../support/requirements.js";
import { namespaces } from "./support/network.js";
import { Peers } from "./support/peers.js";

beforeEach(needs(namespaces));

test("F1: a peer of a WebSocket that vanished without a FIN is noticed 30 s after the last ping at the latest, by the defaults; a quiet one is left alone", async () => {
  const [vanishing, quiet] = [await Peers.startSocket({ requests: 3 }), await Peers.startSocket()];
  await quiet.report({ kind: "event", data: "event 1" });
  const { at } = await vanishing.report({ kind: "event", data: "event 1" });
  vanishing.network.link("down");
  const noticed = await vanishing.report({ kind: "disconnected" }, 45_000);
  expect(noticed.code).toBe("PONG_TIMEOUT");
  // The ping after 20 s, and 10 s for its pong.
  expect(noticed.at - at).toBeGreaterThan(28_000);
  expect(noticed.at - at).toBeLessThan(36_000);
  // Requests in flight are told at once, and the next connection sends none of them again.
  const lost = vanishing.reports.filter(({ kind }) => kind === "request");
  expect(lost.map(({ code, sent }) => [code, sent])).toEqual(Array.from({ length: 3 }, () => ["REQUEST_LOST", true]));
  expect(lost.every((each) => each.at - noticed.at < 1000)).toBe(true);
  expect(quiet.reports.filter(({ kind }) => kind === "disconnected")).toEqual([]);
  vanishing.network.link("up");
  await vanishing.report({ kind: "event", data: "event 2" }, 20_000);
  expect(vanishing.serverOutput).not.toContain("2: ");
  expect(vanishing.serverOutput.match(/^1: /gm)).toHaveLength(3);
}, 120_000);

test("F1: with short heartbeats a vanished peer is noticed sooner; attempts fail until it is back", async () => {
  const peers = await Peers.startSocket({ pingInterval: 500, pongTimeout: 500 });
  const { at } = await peers.report({ kind: "event", data: "event 1" });
  peers.network.link("down");
  const noticed = await peers.report({ kind: "disconnected" });
  expect(noticed.code).toBe("PONG_TIMEOUT");
  expect(noticed.at - at).toBeLessThan(6000);
  await peers.report({ kind: "disconnected", code: "TIMEOUT" }, 20_000);
  peers.network.link("up");
  await peers.report({ kind: "event", data: "event 2" }, 20_000);
}, 60_000);
