import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

import { expect } from "chai";
import { parse } from "yaml";

import { type Composition, composer } from "../src/core/config/layers/composition.ts";
import { explain, formatExplanations } from "../src/core/config/layers/explain.ts";
import { parseRegistryText } from "../src/core/config/layers/parse-layer.ts";
import { chainOf, type Registry } from "../src/core/config/layers/registry.ts";
import { commandLine } from "../src/core/config/overrides/override-layer.ts";
import { parseOverrides } from "../src/core/config/overrides/parse-override.ts";
import { formatProblems } from "../src/core/config/problems.ts";
import { evaluate } from "../src/core/expression/evaluator.ts";
import { FUNCTION_NAMES } from "../src/core/expression/functions.ts";
import { parseExpression } from "../src/core/expression/parser.ts";
import { runCommand } from "./support/commands.ts";
import { withTempDirectory } from "./support/temp-directory.ts";

const PAGE = "docs/configuration.md";

/** A comment that says what the block or table behind it shows. */
const EXAMPLE =
  /<!-- (file|compose|explain|expressions):? ?(.*?) -->\n\n(?:```(\w+)\n([\s\S]*?)```|(\|[\s\S]*?)\n\n)/g;

type Example = { kind: string; says: string; language: string; block: string };

describe(PAGE, () => {
  let registry: Registry = {};
  let examples: readonly Example[] = [];
  let page = "";

  before(async () => {
    page = await readFile(PAGE, "utf8");
    examples = [...page.matchAll(EXAMPLE)].map(
      ([, kind = "", says = "", language = "", fenced, table]) => ({
        kind,
        says,
        language,
        block: fenced ?? table ?? "",
      }),
    );
    const files = examples.filter(({ kind }) => kind === "file");
    registry = parseRegistryText(files[0]?.block ?? "", "configs.yaml").registry;
  });

  const compose = (name: string, args: readonly string[]): Composition | string => {
    const { overrides, problems } = parseOverrides(args);
    if (problems.length > 0) return formatProblems("The command line", problems);
    const below = chainOf([name], registry).layers;
    const composition = composer({ below })([commandLine(overrides).layer]);
    return composition.problems.length === 0
      ? composition
      : formatProblems(name, composition.problems);
  };

  it("shows what its configurations come to", async () => {
    const shown = examples.filter(({ kind }) => kind === "compose");
    expect(shown).to.have.length.above(6);
    for (const { says, language, block } of shown) {
      const [name = "", ...args] = await words(says);
      const result = compose(name, args);
      if (language === "yaml") {
        const config = typeof result === "string" ? result : result.config;
        expect(config, says).to.deep.equal(parse(block));
      } else expect(result, says).to.equal(block.trimEnd());
    }
  });

  it("shows where values come from", async () => {
    const shown = examples.filter(({ kind }) => kind === "explain");
    expect(shown).to.have.length(1);
    for (const { says, block } of shown) {
      const [keys = "", of = ""] = says.split(" of ");
      const [name = "", ...args] = await words(of);
      const result = compose(name, args);
      if (typeof result === "string") throw new Error(result);
      const texts = keys
        .split(", ")
        .map((key) => formatExplanations(key, explain(result, key), result));
      expect(texts.join("\n")).to.equal(block.trimEnd());
    }
  });

  it("shows expressions with their values, and every function that there is", () => {
    const result = compose("base", []);
    if (typeof result === "string") throw new Error(result);
    const [shown] = examples.filter(({ kind }) => kind === "expressions");
    const rows = (shown?.block ?? "").split("\n").slice(2);
    expect(rows).to.have.length.above(10);
    for (const row of rows) {
      const [, expressions = "", values = ""] = row.split(/(?<!\\)\|/);
      const texts = codes(expressions);
      const computed = texts.map((text) =>
        JSON.stringify(evaluate(parseExpression(text), result.config)),
      );
      expect(computed, row).to.deep.equal(codes(values));
    }
    expect(page.replaceAll("\n", " ")).to.include(`Functions: \`${FUNCTION_NAMES.join(" ")}\``);
  });

  it(
    "shows what its commands print, run one after the other",
    withTempDirectory(async (folder) => {
      const configs = examples.find(({ kind }) => kind === "file")?.block ?? "";
      writeIn(folder, { "package.json": "{}", "configs.yaml": configs });
      const session =
        /<!-- (write|run):? ?(.*?) -->\n\n```\w+\n([\s\S]*?)```(?:\n\n```text\n([\s\S]*?)```)?/g;
      let shown = 0;
      for (const [, kind, file = "", block = "", output = ""] of page.matchAll(session)) {
        if (kind === "write") writeIn(folder, { [file]: block });
        let printed = "";
        for (const line of kind === "run" ? block.trimEnd().split("\n") : []) {
          const [command = "", ...args] = await words(line);
          const { stdout, stderr } = await runCommand(command, args, folder);
          printed += (stdout + stderr).replaceAll(`${folder}/`, "");
          shown += 1;
        }
        expect(printed, block).to.include(output);
      }
      expect(shown).to.equal(6);
      // Questions and refusals write nothing.
      expect(readdirSync(folder)).to.not.include("storage");
    }),
  ).timeout(60_000);

  it("has shell words that reach the program as it says", async () => {
    const script = /```sh\n([\s\S]*?)```/.exec(page)?.[1] ?? "";
    const { stdout } = await promisify(execFile)("sh", ["-c", script]);
    const written = stdout.trimEnd().split("\n");
    expect(written).to.deep.equal(["dataFile='x,y.h5'", '+note="1"', "~N", "layers=[8, 8]"]);
  });
});

function writeIn(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

/** What a shell makes of a line; `$<|` is not for the shell. */
async function words(line: string): Promise<readonly string[]> {
  const quoted = line.replaceAll("$<|N|>", "'$<|N|>'");
  const { stdout } = await promisify(execFile)("sh", ["-c", `printf '%s\\n' ${quoted}`]);
  return stdout.trimEnd().split("\n");
}

const codes = (cell: string): readonly string[] =>
  [...cell.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);
