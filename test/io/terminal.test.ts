import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";

import { expect } from "chai";

const PYTHON = existsSync("/usr/bin/python3") ? "/usr/bin/python3" : "python3";

/** Runs a program on a terminal of its own, types the first argument when it is asked, and prints what it printed. */
const ON_TERMINAL = `
import os, pty, sys
pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.argv[2], sys.argv[2:])
seen = b""
typed = False
while True:
    try:
        some = os.read(terminal, 1024)
    except OSError:
        break
    if not some:
        break
    seen += some
    if not typed and b"[y/N] " in seen:
        typed = True
        os.write(terminal, eval("b'" + sys.argv[1] + "'"))
os.waitpid(pid, 0)
print(seen.decode())
`;

describe("createTerminal", function () {
  this.timeout(20_000);

  const ANSWERS = [
    ["y", "y\\r", true],
    ["YES", "YES\\r", true],
    ["n", "n\\r", false],
    ["nothing", "\\r", false],
    ["Ctrl-C", "\\x03", false],
    ["Ctrl-D", "\\x04", false],
  ] as const;
  for (const [name, typed, meant] of ANSWERS) {
    it(`takes ${name} for ${meant ? "yes" : "no"}`, () => {
      expect(ask(typed)).to.include(`answered ${meant}`);
    });
  }

  it("says that there was nobody to be asked", () => {
    const program = [process.execPath, "--input-type=module", "-e", QUESTION];
    const [command = "", ...args] = program;
    const printed = execFileSync(command, args, { encoding: "utf8", stdio: "pipe", input: "y\n" });
    expect(printed).to.include("answered undefined");
  });
});

const QUESTION = `
const { createTerminal } = await import(${JSON.stringify(resolve("dist/src/io/terminal.js"))});
const answer = await createTerminal({ quiet: false }).confirm("Delete?");
console.log("answered " + answer);
`;

function ask(typed: string): string {
  const program = [process.execPath, "--input-type=module", "-e", QUESTION];
  return execFileSync(PYTHON, ["-c", ON_TERMINAL, typed, ...program], {
    encoding: "utf8",
    timeout: 15_000,
  });
}
