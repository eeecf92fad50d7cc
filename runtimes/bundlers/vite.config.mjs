// Vite's build for a server, with everything in the bundle. ENTRY and FOLDER come from run/bundled.ts.
export default {
  logLevel: "error",
  ssr: { noExternal: true },
  build: {
    target: "node20",
    ssr: process.env["ENTRY"],
    outDir: process.env["FOLDER"],
    emptyOutDir: false,
    rollupOptions: { output: { entryFileNames: "bundle.mjs" } },
  },
};
