import { natsServer } from "./servers/nats.js";
import { sharedServer } from "./servers/server.js";
import { suite } from "./support/suite.js";

const server = sharedServer(natsServer);
let places = 0;
const place = async (): Promise<string> => `nats://127.0.0.1:${server().port}/bucket-${(places += 1)}`;

suite("NatsCursorStore over @nats-io/kv", { kind: "@nats-io/kv", place });
suite("NatsCursorStore over nats 2", { kind: "nats", place });
