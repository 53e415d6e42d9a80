// Puts each command into one file with what it needs at once, so that it starts quickly; what it may
// need later (figures, schedules, prompts) is loaded when it is used.
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { build } from "esbuild";

/** Loaded by name from node_modules: native, large, or with files of their own. */
const APART = ["ajv", "ajv/dist/2020.js", "canvas", "jiti", "proper-lockfile", "vega", "vega-lite"];
/**
 * In the layout of `--help` and of tables, exchanged for what does the same without regular expressions over all
 * of Unicode and a segmenter of text, which cost 30 ms to make.
 */
const quickerText = {
  name: "quicker-text",
  setup: ({ onResolve, resolve }) => {
    const quicker = {
      "string-width": "fast-string-width",
      "wrap-ansi": "./scripts/wrap-ansi.mjs",
    };
    onResolve({ filter: /^(string-width|wrap-ansi)$/ }, ({ path, importer, kind }) =>
      /\/(cliui|yargs)\//.test(importer)
        ? resolve(quicker[path], { resolveDir: process.cwd(), kind })
        : undefined,
    );
    onResolve({ filter: /^string-width$/ }, ({ kind }) =>
      kind === "require-call"
        ? resolve("./scripts/string-width.cjs", { resolveDir: process.cwd(), kind })
        : undefined,
    );
  },
};

const ALL = "all-commands";
const allApart = {
  name: "all-apart",
  setup: ({ onResolve }) =>
    onResolve({ filter: /\/all\.ts$/ }, ({ kind }) =>
      kind === "dynamic-import" ? { path: `./${ALL}.js`, external: true } : undefined,
    ),
};

/** The form of it that bundles well: of the other, what is imported later has no names. */
const yamlModule = {
  name: "yaml-module",
  setup: ({ onResolve }) =>
    onResolve({ filter: /^yaml$/ }, () => ({
      path: resolve("node_modules/yaml/browser/index.js"),
    })),
};

/** Libraries of the older kind call `require`, which a module does not have. */
const REQUIRE =
  'import { createRequire as requireForBundle } from "node:module"; const require = requireForBundle(import.meta.url);';
const OUTPUT = "dist/bin";

// Parts of former builds have other names.
rmSync(OUTPUT, { recursive: true, force: true });
const common = {
  outdir: OUTPUT,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  sourcemap: "linked",
  sourcesContent: false,
  minifySyntax: true,
  minifyWhitespace: true,
  banner: { js: REQUIRE },
  logLevel: "warning",
  metafile: true,
};
// One by one: parts that commands share would be files of their own, each of which costs half a
// millisecond at each start.
const commands = [];
for (const name of readdirSync("bin")) commands.push(await bundle([`bin/${name}`]));
// All of them are wanted together by completion and by `alstatus --config` alone.
const all = await bundle({ [ALL]: "src/commands/all.ts" });
// vega is some hundred files, which take half of the time until the first figure.
const drawer = await build({
  ...common,
  entryPoints: ["src/entries/drawer.ts"],
  external: APART.filter((name) => !name.startsWith("vega")),
});

// It takes its time, and one part alone hands it on to the others. The line stays, for the source maps.
for (const name of readdirSync(OUTPUT).filter((one) => one.endsWith(".js"))) {
  const path = join(OUTPUT, name);
  const text = readFileSync(path, "utf8");
  const code = text.replace(REQUIRE, "");
  if (!/\brequire\b/.test(code)) writeFileSync(path, code);
}

const inputs = [...commands, all, drawer].flatMap(({ metafile }) => Object.keys(metafile.inputs));
writeFileSync(join(OUTPUT, "THIRD-PARTY-NOTICES.txt"), notices(inputs));

function bundle(entryPoints) {
  return build({
    ...common,
    entryPoints,
    external: APART,
    plugins: [quickerText, allApart, yamlModule],
  });
}

/** What the licences of the libraries in the files above ask for. */
function notices(inputs) {
  const packages = inputs.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []);
  return [...new Set(packages)].sort().map(notice).join("\n\n");
}

function notice(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
  const text = file === undefined ? "" : readFileSync(join(folder, file), "utf8").trim();
  return `${name} ${version} (${license})\n${"-".repeat(60)}\n${text}`;
}
