import { readdir, readFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";

import { expect } from "chai";

/** Which part of `src` may import which. Absent means: nothing of ours. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  bin: ["cli.ts", "commands"],
  "cli.ts": ["commands", "errors.ts", "io"],
  "library.ts": [
    "commands",
    "tree",
    "core",
    "errors.ts",
    "host.ts",
    "io",
    "library",
    "statistics.ts",
  ],
  library: ["library", "commands", "tree", "core", "errors.ts", "host.ts"],
  "statistics.ts": ["core"],
  "index.ts": ["core", "tree", "errors.ts", "host.ts"],
  entries: ["commands", "tree", "core", "errors.ts", "host.ts", "io"],
  "host.ts": ["core", "host-processes.ts"],
  "host-processes.ts": ["core"],
  commands: ["commands", "tree", "core", "errors.ts", "host.ts"],
  tree: ["tree", "core", "errors.ts", "host.ts"],
  core: ["core", "errors.ts"],
  io: ["io", "core", "errors.ts", "host.ts"],
};

/** What comes in through `Host` only: the disk, time, chance, the process. */
const OUTSIDE_WORLD =
  /node:(fs|child_process|os|net)|Date\.now|new Date\(\)|Math\.random|\bprocess\.|\bconsole\.|performance\./;
const MAX_LINES = 250;

describe("architecture", () => {
  it("imports only the way the layers allow", async () => {
    const wrong: string[] = [];
    for (const { file, part, text } of await sources()) {
      for (const [, specifier = ""] of text.matchAll(/(?:from|import\() ?"(\.[^"]+)"/g)) {
        const target = partOf(join(dirname(file), specifier));
        if (!(MAY_IMPORT[part] ?? []).includes(target)) wrong.push(`${file} -> ${specifier}`);
      }
    }
    expect(wrong).to.deep.equal([]);
  });

  it("reaches the outside world through Host only", async () => {
    const impure = (await sources()).filter(
      ({ part, text }) =>
        ["core", "tree", "commands"].includes(part) && OUTSIDE_WORLD.test(withoutComments(text)),
    );
    expect(impure.map(({ file }) => file)).to.deep.equal([]);
  });

  it("keeps what schedules and experiments import pure", async () => {
    const imports = await valueImports();
    const seen = new Set<string>();
    reaches(imports, "src/index.ts", "", seen);
    const impure = [...seen].filter((file) => !["core", "errors.ts"].includes(partOf(file)));
    expect(seen).not.to.have.lengthOf(0);
    expect(impure).to.deep.equal([]);
  });

  it("speaks to a person in one place only, which escapes what terminals obey", async () => {
    const speakers = (await sources()).filter(
      ({ file, text }) =>
        /console\.|std(out|err)\.write\(/.test(withoutComments(text)) &&
        // To its worker, not to a person.
        file !== "src/entries/supervisor.ts",
    );
    expect(speakers.map(({ file }) => file)).to.deep.equal(["src/io/output.ts"]);
  });

  it("has no module of more than 250 lines", async () => {
    const long = (await sources()).filter(({ text }) => text.split("\n").length > MAX_LINES + 1);
    expect(long.map(({ file }) => file)).to.deep.equal([]);
  });

  it("has no import cycle", async () => {
    const imports = await valueImports();
    const cycles = [...imports.keys()].filter((file) => reaches(imports, file, file, new Set()));
    expect(cycles).to.deep.equal([]);
  });
});

/** What each module imports when it runs. */
async function valueImports(): Promise<ReadonlyMap<string, readonly string[]>> {
  const imports = new Map<string, readonly string[]>();
  for (const { file, text } of await sources()) {
    // Types vanish when compiled, and may point both ways.
    const values = text.matchAll(/^(?:import|export) (?!type)[^;]*? from "(\.[^"]+)"/gm);
    imports.set(
      file,
      [...values].map(([, to = ""]) => join(dirname(file), to)),
    );
  }
  return imports;
}

function reaches(
  imports: ReadonlyMap<string, readonly string[]>,
  from: string,
  goal: string,
  seen: Set<string>,
): boolean {
  return (imports.get(from) ?? []).some((next) => {
    if (next === goal) return true;
    if (seen.has(next)) return false;
    seen.add(next);
    return reaches(imports, next, goal, seen);
  });
}

async function sources(): Promise<readonly { file: string; part: string; text: string }[]> {
  const found = await Promise.all(
    ["src", "bin"].map((root) => readdir(root, { recursive: true, withFileTypes: true })),
  );
  const files = found
    .flat()
    .filter((entry) => entry.isFile())
    .map((entry) => relative(".", join(entry.parentPath, entry.name)));
  return Promise.all(
    files.map(async (file) => ({ file, part: partOf(file), text: await readFile(file, "utf8") })),
  );
}

/** `src/tree/claims.ts` -> `tree`; `src/cli.ts` -> `cli.ts`; `bin/alprep.ts` -> `bin`. */
function partOf(file: string): string {
  const [root = "", part = ""] = file.split("/");
  return root === "src" ? part : root;
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
}
