import { createServer } from "node:http";
import { createSchema, createYoga } from "graphql-yoga";
import { itemsAfter, port } from "./feed.mjs";

const schema = createSchema({
  typeDefs: `
    type Item { n: Int! text: String! }
    type Query { unused: Int }
    type Subscription { items(after: String): Item! }
  `,
  resolvers: {
    Subscription: {
      items: {
        subscribe: (_root, { after }) => itemsAfter(after),
        resolve: (item) => item,
      },
    },
  },
});

const yoga = createYoga({ schema, graphqlEndpoint: "/graphql", logging: false });
createServer(yoga).listen(port, "127.0.0.1");
