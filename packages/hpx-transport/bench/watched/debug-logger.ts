import { consumeWith } from "./consume.js";

const ignore = (): void => {};

export default consumeWith({ logger: { debug: ignore, info: ignore, warn: ignore, error: ignore } });
