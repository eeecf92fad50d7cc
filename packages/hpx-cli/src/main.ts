#!/usr/bin/env node
import { fileURLToPath } from "node:url";
import { completeArguments } from "./arguments.js";
import { createCommand, processContext, runCommand, version } from "./command.js";
import { demoCommand } from "./demo/command.js";
import { relayCommand } from "./relay/command.js";
import { sseCommand } from "./sse/command.js";
import { wsCommand } from "./ws/command.js";

const context = processContext();
const hpx = createCommand("hpx")
  .description("Live streams over HTTP and WebSockets in a terminal or a pipe")
  .version(version(), "-V, --version", "print the version")
  .helpOption("-h, --help", "print this help")
  .enablePositionalOptions()
  .addCommand(sseCommand(context))
  .addCommand(wsCommand(context))
  .addCommand(demoCommand(context, fileURLToPath(import.meta.url)))
  .addCommand(relayCommand(context))
  .addHelpText(
    "after",
    () =>
      "\nhpx URL is hpx sse URL, or hpx ws URL for ws: and wss:.\nTry: hpx demo, then hpx https://stream.wikimedia.org/v2/stream/recentchange, or hpx demo --serve",
  );
await runCommand(hpx, context, completeArguments(process.argv.slice(2)));
