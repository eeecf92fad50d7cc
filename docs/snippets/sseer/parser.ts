import { EventParser } from "sseer";

const parser = new EventParser({ onEvent: ({ event, data, id }) => console.log(event, data, id) });
parser.push(new TextEncoder().encode("event: tick\nid: 1\ndata: 42\n"));
parser.push(new TextEncoder().encode("\n")); // any cut; the event is out at the byte that completes it
