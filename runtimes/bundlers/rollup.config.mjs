// Rollup with the two plugins that every program for Node needs. ENTRY and FOLDER come from run/bundled.ts.
import commonjs from "@rollup/plugin-commonjs";
import { nodeResolve } from "@rollup/plugin-node-resolve";

export default {
  input: process.env["ENTRY"],
  output: { dir: process.env["FOLDER"], format: "esm", entryFileNames: "bundle.mjs", chunkFileNames: "[name].mjs" },
  plugins: [nodeResolve({ exportConditions: ["node"] }), commonjs()],
};
