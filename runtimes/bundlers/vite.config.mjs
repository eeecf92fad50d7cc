// Vite's build for a server, with everything in the bundle. ENTRY and FOLDER come from run/bundled.ts.
export default {
  logLevel: "error",
  ssr: { noExternal: true },
  // Vite has an empty object for a package that is optional and not there, and `ws` would call it.
  define: { "process.env.WS_NO_BUFFER_UTIL": '"1"', "process.env.WS_NO_UTF_8_VALIDATE": '"1"' },
  build: {
    target: "node20",
    ssr: process.env["ENTRY"],
    outDir: process.env["FOLDER"],
    emptyOutDir: false,
    rollupOptions: { output: { entryFileNames: "bundle.mjs", chunkFileNames: "[name].mjs" } },
  },
};
