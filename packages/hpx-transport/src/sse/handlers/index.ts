export { GenericSseHandler } from "./generic.js";
