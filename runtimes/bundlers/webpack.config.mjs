// webpack for Node, as an ES module. ENTRY and FOLDER come from run/bundled.ts.
export default {
  mode: "production",
  target: "node20",
  entry: process.env["ENTRY"],
  experiments: { outputModule: true },
  output: {
    path: process.env["FOLDER"],
    filename: "bundle.mjs",
    chunkFilename: "[id].mjs",
    library: { type: "module" },
    chunkFormat: "module",
  },
};
