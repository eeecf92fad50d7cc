import type { CursorStore, DurableCursor } from "hpx-transport/durable";
import type { SseConnection } from "hpx-transport/sse";
import { describe, expect, onTestFinished, test } from "vitest";
import { cursorOver, events, next, open } from "../../durable/support.js";
import { recordOf } from "../../durable/stores/conformance.js";
import { silent, startServer } from "../../sse/support.js";
import { eventually, rejection } from "../../support/promises.js";
import { needs } from "../../support/requirements.js";
import { type Kind, openDatabase } from "../databases/index.js";
import { Server, type ServerKind } from "../servers/server.js";
import { ReplyProxy } from "./reply-proxy.js";

export interface FaultOptions {
  /** The client of the database. */
  readonly kind: Kind;
  readonly server: ServerKind;
  /** The place of a database on the server with this port. */
  readonly place: (port: number) => Promise<string>;
  /** Stands in the request of a claim of `LOST` that writes. @defaultValue the name */
  readonly claimText?: string;
}

const TIMEOUT = 90_000;
/** The name whose claim is lost. */
const LOST = "reply-that-is-lost";
/** A client may take its time to connect again. */
const PATIENCE = 40_000;

interface Consumption {
  readonly connection: SseConnection;
  readonly cursor: DurableCursor;
  readonly store: CursorStore;
  readonly warnings: string[];
}

/** What every store over a server must stand, with a server of each test's own. */
export function faultSuite(title: string, { kind, server: serverKind, place, claimText = LOST }: FaultOptions): void {
  const skip = needs(serverKind.requirement);

  async function opened(placed: string): Promise<CursorStore> {
    const database = await openDatabase({ kind, place: placed });
    onTestFinished(database.close);
    return database.store;
  }

  async function consume(placed: string): Promise<Consumption> {
    const feed = await startServer();
    feed.otherwise({ body: events(1, 200), finish: "hold" });
    const warnings: string[] = [];
    const logger = { ...silent, warn: (fields: object) => void warnings.push(String(Reflect.get(fields, "error"))) };
    const store = await opened(placed);
    const cursor = cursorOver(store);
    const connection = open({ url: feed.url, cursor, logger });
    for (let n = 0; n < 10; n += 1) await next(connection);
    await cursor.flush();
    return { connection, cursor, store, warnings };
  }

  /** All that is acknowledged is saved, and another client finds it. */
  async function caughtUp({ connection, cursor }: Consumption, placed: string): Promise<void> {
    for (let n = 0; n < 10; n += 1) await next(connection);
    const { acknowledged } = cursor.position;
    await eventually("the saves", () => cursor.position.saved >= acknowledged, PATIENCE);
    expect((await (await opened(placed)).claim("test")).record).toMatchObject({ n: acknowledged });
  }

  describe(`${title}, when its server fails`, { timeout: TIMEOUT }, () => {
    test("the server is killed and started again: events flow, and the saves are made up for", async (context) => {
      skip(context);
      const server = await Server.forTest(serverKind);
      const placed = await place(server.port);
      const consumption = await consume(placed);
      const { saved } = consumption.cursor.position;
      await server.kill();
      for (let n = 0; n < 20; n += 1) await next(consumption.connection);
      expect(consumption.cursor.position).toMatchObject({ handedOver: 30, acknowledged: 29, saved });
      await server.start();
      await caughtUp(consumption, placed);
    });

    test("its connections break in the midst of saves: each save is made up for", async (context) => {
      skip(context);
      const server = await Server.forTest(serverKind);
      const proxy = await ReplyProxy.start(server.port);
      const placed = await place(server.port);
      const consumption = await consume(placed.replace(String(server.port), String(proxy.port)));
      for (let n = 0; n < 5; n += 1) {
        await next(consumption.connection);
        proxy.breakAll();
      }
      await caughtUp(consumption, placed);
    });

    test("the server hangs: a save and a claim are given ten seconds, and events flow", async (context) => {
      skip(context);
      const server = await Server.forTest(serverKind);
      const placed = await place(server.port);
      const consumption = await consume(placed);
      const { connection, cursor, store, warnings } = consumption;
      server.hang();
      onTestFinished(() => server.goOn());
      for (let n = 0; n < 20; n += 1) await next(connection);
      const late = /did not answer within 10000 ms|timeout/i;
      const feed = await startServer();
      const error = await rejection(open({ url: feed.url, cursor: cursorOver(store, { name: "other" }) }).opened);
      expect(error).toMatchObject({ code: "CURSOR_STORE", details: { operation: "claim" }, retryable: true });
      expect(String(error)).toMatch(late);
      await eventually("the warning", () => warnings.length > 0, PATIENCE);
      expect(warnings[0]).toMatch(late);
      expect(cursor.position).toMatchObject({ handedOver: 30, acknowledged: 29 });
      server.goOn();
      await caughtUp(consumption, placed);
    });

    test("the reply of a claim or a save is lost: it was done, and its repetition does not look fenced", async (context) => {
      skip(context);
      const server = await Server.forTest(serverKind);
      const proxy = await ReplyProxy.start(server.port);
      const placed = await place(server.port);
      const store = await opened(placed.replace(String(server.port), String(proxy.port)));
      await store.claim(LOST);
      proxy.loseReplyTo(claimText);
      const lost = await store.claim(LOST).catch(() => undefined);
      expect(proxy.lost).toBe(1);
      // Some clients send the request again by themselves.
      const claim = lost ?? (await store.claim(LOST));
      expect(claim.epoch).toBeGreaterThanOrEqual(3);
      const [first, second] = [recordOf(LOST, claim, 1), recordOf(LOST, claim, 2)];
      await store.save(LOST, first, claim);
      proxy.loseReplyTo('"version":2');
      await store.save(LOST, second, claim).catch(() => {});
      expect(proxy.lost).toBe(2);
      await eventually("a save", () => saves(store.save(LOST, second, claim)), PATIENCE);
      await store.save(LOST, recordOf(LOST, claim, 3), claim);
      expect((await store.claim(LOST)).record).toMatchObject({ version: 3 });
    });
  });
}

/** Whether a save succeeded; being fenced is a failure of the test. */
async function saves(save: Promise<void>): Promise<boolean> {
  try {
    await save;
    return true;
  } catch (error) {
    if ((error as { code?: unknown }).code === "CURSOR_FENCED") throw error;
    return false;
  }
}
