import type * as sse from "hpx-transport/sse";
import { consumeWith } from "./consume.js";

const { HPX_BEFORE } = process.env;
if (HPX_BEFORE === undefined) throw new Error("set HPX_BEFORE to the URL of another build's dist/sse/index.js");
const { SseConnection } = (await import(HPX_BEFORE)) as typeof sse;

export default consumeWith({}, (source) => SseConnection.open(source));
