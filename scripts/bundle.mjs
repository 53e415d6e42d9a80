// Puts each command into one file with what it needs at once, so that it starts quickly; what it may
// need later (figures, schedules, prompts) is loaded when it is used.
import { readdirSync, rmSync } from "node:fs";

import { build } from "esbuild";

/** Loaded by name from node_modules: native, large, or with files of their own. */
const APART = ["canvas", "jiti", "proper-lockfile", "vega", "vega-lite", "yaml"];
/**
 * In the layout of `--help`, exchanged for what does the same without regular expressions over all
 * of Unicode, which cost 30 ms to compile.
 */
const quickerHelp = {
  name: "quicker-help",
  setup: ({ onResolve, resolve }) => {
    const quicker = {
      "string-width": "fast-string-width",
      "wrap-ansi": "./scripts/wrap-ansi.mjs",
    };
    onResolve({ filter: /^(string-width|wrap-ansi)$/ }, ({ path, importer, kind }) =>
      importer.includes("/cliui/")
        ? resolve(quicker[path], { resolveDir: process.cwd(), kind })
        : undefined,
    );
  },
};

// Parts of former builds have other names.
rmSync("dist/bin", { recursive: true, force: true });
const common = {
  outdir: "dist/bin",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  sourcemap: "linked",
  sourcesContent: false,
  minifySyntax: true,
  minifyWhitespace: true,
  // Libraries of the older kind call `require`, which a module does not have.
  banner: {
    js: 'import { createRequire as requireForBundle } from "node:module"; const require = requireForBundle(import.meta.url);',
  },
  logLevel: "warning",
};
await build({
  ...common,
  entryPoints: readdirSync("bin").map((name) => `bin/${name}`),
  external: APART,
  plugins: [quickerHelp],
});
// vega is some hundred files, which take half of the time until the first figure.
await build({
  ...common,
  entryPoints: ["src/entries/drawer.ts"],
  external: APART.filter((name) => !name.startsWith("vega")),
});
