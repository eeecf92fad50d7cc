import { MemoryCursorStore } from "hpx-transport/durable";
import { acknowledging } from "./acknowledging.js";

const store = new MemoryCursorStore();
export default acknowledging(() => store);
