// graphql-ws's own server, on ws. Its port is the first argument.
import { createServer } from "node:http";
import { setImmediate as nextTurn } from "node:timers/promises";
import { GraphQLBoolean, GraphQLInt, GraphQLNonNull, GraphQLObjectType, GraphQLSchema, GraphQLString } from "graphql";
import { useServer } from "graphql-ws/use/ws";
import { WebSocketServer } from "ws";

/** How many subscriptions have ended. */
let ended = 0;

async function* countTo(to) {
  try {
    for (let count = 1; count <= to; count += 1) {
      yield { count };
      await nextTurn();
    }
  } finally {
    ended += 1;
  }
}

const http = createServer();
const server = new WebSocketServer({ server: http });

const cut = () => {
  for (const socket of server.clients) socket.terminate();
  return true;
};
const fields = {
  hello: { type: GraphQLString, args: { name: { type: GraphQLString } }, resolve: (_, { name }) => `hello ${name}` },
  fail: {
    type: GraphQLString,
    resolve() {
      throw new Error("it failed");
    },
  },
  ended: { type: GraphQLInt, resolve: () => ended },
  cut: { type: GraphQLBoolean, resolve: cut },
};
const count = {
  type: GraphQLInt,
  args: { to: { type: new GraphQLNonNull(GraphQLInt) } },
  subscribe: (_, { to }) => countTo(to),
};
const schema = new GraphQLSchema({
  query: new GraphQLObjectType({ name: "Query", fields }),
  subscription: new GraphQLObjectType({ name: "Subscription", fields: { count } }),
});
useServer({ schema, onConnect: ({ connectionParams }) => connectionParams?.token !== "wrong" }, server);
http.listen(Number(process.argv[2]), "127.0.0.1", () => process.stdout.write("listening\n"));
