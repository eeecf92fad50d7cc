import { pino } from "pino";
import { consumeWith } from "./consume.js";

export default consumeWith({ logger: pino({ level: "info" }, { write: () => {} }) });
