#!/usr/bin/env node
import { createCommand, processSurroundings } from "./command.js";
import { demoCommand } from "./demo/command.js";

await createCommand("hpx")
  .description("Live streams over HTTP in a terminal or a pipe")
  .addCommand(demoCommand(processSurroundings()))
  .parseAsync();
