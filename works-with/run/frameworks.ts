import { graphQl, mcp, plain, trpc } from "./clients.js";
import type { Client } from "./trial.js";

/** A framework with its server program, and how a client reads from it. */
export interface Framework {
  readonly name: string;
  /** The file in `servers`, without its ending. */
  readonly file: string;
  readonly path: string;
  /** The packages; the first has the version that is shown. */
  readonly packages: readonly [string, ...string[]];
  readonly client: Client;
  /** For the table. */
  readonly notes: string;
}

export const frameworks: readonly Framework[] = [
  {
    name: "Hono",
    file: "hono",
    path: "/events",
    packages: ["hono", "@hono/node-server"],
    client: plain,
    notes: "`streamSSE`",
  },
  {
    name: "Fastify",
    file: "fastify",
    path: "/events",
    packages: ["fastify", "@fastify/sse"],
    client: plain,
    notes: "`@fastify/sse`",
  },
  {
    name: "NestJS",
    file: "nest",
    path: "/events",
    packages: ["@nestjs/core", "@nestjs/common", "@nestjs/platform-express", "reflect-metadata", "rxjs"],
    client: plain,
    notes: "`@Sse()`",
  },
  {
    name: "Express",
    file: "express",
    path: "/events",
    packages: ["express", "better-sse"],
    client: plain,
    notes: "`better-sse`; its `retry: 2000` sets the wait before a reconnect",
  },
  {
    name: "h3",
    file: "h3",
    path: "/events",
    packages: ["h3"],
    client: plain,
    notes: "`EventStream`",
  },
  {
    name: "tRPC",
    file: "trpc",
    path: "/events",
    packages: ["@trpc/server", "zod"],
    client: trpc,
    notes: "a subscription with `tracked()`; its events `connected` and `ping` are delivered, too",
  },
  {
    name: "GraphQL Yoga",
    file: "yoga",
    path: "/graphql",
    packages: ["graphql-yoga", "graphql"],
    client: graphQl,
    notes: "no ids: a handler reads the position from the data and sends it as a variable (see below)",
  },
  {
    name: "MCP SDK",
    file: "mcp",
    path: "/mcp",
    packages: ["@modelcontextprotocol/sdk", "zod"],
    client: mcp,
    notes:
      "one POST, resumed by GET up to its response; needs no sessions, and an event store that outlives the process",
  },
];
