import { fillCommand, unknownPlaceholders } from "../../../src/core/command-line.ts";
import { formatConfig } from "../../../src/core/config/config.ts";
import { oneLine, printable } from "../../../src/core/printable.ts";
import { renderTable } from "../../../src/commands/plain-table.ts";
import { hold, readOrRefusal, type Target } from "../target.ts";

const PLACES = { run_dir: "/r/{lr}", config_file: "/r/c", recorder_file: "/r/f", attempt: "1" };

export const command: Target = {
  name: "command",
  seeds: [
    "python3\ntrain.py\n--lr\n{lr}\n--out={run_dir}/{attempt}",
    "sh\n-c\necho {a.b} {name} {unknown} {{lr}}\nvalue {name}",
  ],
  words: [
    "{lr}",
    "{a.b}",
    "{name}",
    "{run_dir}",
    "{__proto__}",
    "{constructor}",
    "{",
    "}",
    "\n",
    "{text}",
  ],
  check: (text) => {
    const [name = "", ...words] = text.split("\n");
    const args = words.length === 0 ? [name] : words;
    const config = { lr: 0.1, name, text, a: { b: [1, "{lr}"] } };
    const result = readOrRefusal(() => fillCommand(args, config, PLACES));
    const unknown = unknownPlaceholders(args, config);
    if ("refusal" in result) return result.refusal;
    const { value: filled } = result;
    hold(filled.length === args.length, "values stay within their argument");
    for (const [index, argument] of args.entries()) {
      if (!argument.includes("{")) hold(filled[index] === argument, "the rest stays as it is");
    }
    hold(fillCommand(["{name}"], config, PLACES)[0] === name, "what is put in is not looked into");
    for (const one of unknown.slice(0, 5))
      hold(filled.join("\n").includes(`{${one}}`), "unknown names stay");
    return `${Math.min(unknown.length, 3)} unknown, ${filled.join() === args.join() ? "as it was" : "filled"}`;
  },
};

const COMMANDS = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u;

export const output: Target = {
  name: "output",
  seeds: ["ju1_a_b_c_grid_d  3 runs\n", '{\n  "name": "\u001b[31m"\n}', "a\tb", "e\u0301 😀 ü"],
  check: (text) => {
    const lines = printable(text);
    hold(!COMMANDS.test(lines.replace(/[\n\t]/g, "")), "nothing that a terminal obeys");
    hold(printable(lines) === lines, "what is printable stays");
    hold(!COMMANDS.test(oneLine(text)), "a line is one line");
    hold(oneLine(text, 40).length <= 40 * 6, "it is as long as asked for");
    const written = formatConfig({ text });
    hold(
      JSON.stringify(JSON.parse(printable(written))) === JSON.stringify({ text }),
      "JSON keeps its value",
    );
    const table = renderTable([
      { head: text, align: "left", cells: [text, "1"] },
      { head: "b", align: "right", cells: ["2", text] },
    ]);
    hold(table.split("\n").length === 3, "a row is a line");
    hold(!COMMANDS.test(table.replaceAll("\n", "")), "so are its cells");
    return lines === text ? "as it was" : "escaped";
  },
};
