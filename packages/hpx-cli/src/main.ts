#!/usr/bin/env node
import { createCommand, processSurroundings, runCommand } from "./command.js";
import { demoCommand } from "./demo/command.js";
import { sseCommand } from "./sse/command.js";
import { version } from "./version.js";

const surroundings = processSurroundings();
const hpx = createCommand("hpx")
  .description("Live streams over HTTP in a terminal or a pipe")
  .version(version(), "-V, --version", "print the version")
  .helpOption("-h, --help", "print this help")
  .enablePositionalOptions()
  .addCommand(sseCommand(surroundings))
  .addCommand(demoCommand(surroundings))
  .addHelpText(
    "after",
    () => "\nTry: hpx demo, then hpx sse https://stream.wikimedia.org/v2/stream/recentchange, or hpx demo --serve",
  );
await runCommand(hpx, surroundings);
