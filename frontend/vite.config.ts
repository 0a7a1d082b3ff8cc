import { defineConfig } from "vite";

export default defineConfig({
  // The content policy forbids inline scripts and data: modules, so nothing is inlined.
  // The charts are one large chunk, which comes with the first chart alone.
  build: { chunkSizeWarningLimit: 700, target: "es2022", assetsInlineLimit: 0, modulePreload: { polyfill: false }, reportCompressedSize: false },
  server: { proxy: { "/api": "http://127.0.0.1:8080" } },
});
