import { natsServer } from "./servers/nats.js";
import { sharedServer } from "./servers/server.js";
import { suite } from "./support/suite.js";

const server = sharedServer(natsServer);
let places = 0;
const place = async (): Promise<string> => `nats://127.0.0.1:${server().port}/bucket-${(places += 1)}`;

suite("NatsCursorStore", { kind: "nats", place });
