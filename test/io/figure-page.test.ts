import { execFile } from "node:child_process";
import { accessSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";

import { expect } from "chai";

import { linePanels } from "../../src/core/figures/line-panels.ts";
import { createImages } from "../../src/io/images.ts";
import { withTempDirectory } from "../support/temp-directory.ts";

const run = promisify(execFile);

const BROWSERS = ["chromium-headless-shell", "chromium", "google-chrome"];
/** No name is resolved, and what asks for an address is sent where nobody listens. */
const NO_NETWORK = ["--host-resolver-rules=MAP * ~NOTFOUND", "--proxy-server=http://127.0.0.1:9"];

const HOSTILE = 'a\\"b</script><img src=x onerror=alert(1)>';
const FIGURE = linePanels({
  title: "Learning curves",
  caption: ["How it was made."],
  panels: [
    {
      name: "digits",
      lines: [
        { label: "mlp (n = 3)", points: [1, 2, 3].map((x) => ({ x, y: x / 4, low: 0, high: 1 })) },
        { label: HOSTILE, points: [1, 2].map((x) => ({ x, y: 0.5 })) },
      ],
    },
  ],
  x: { title: "epoch" },
  y: { title: HOSTILE, hint: "higher is better ↑" },
});

describe("figurePage", function () {
  this.timeout(120_000);

  it(
    "is drawn by a browser without a network, and nothing in it goes wrong",
    withTempDirectory(async (folder) => {
      const browser = findBrowser();
      if (browser === undefined) {
        console.warn(`      NOT TRIED: there is no browser here (${BROWSERS.join(", ")}).`);
        expect(process.env["CI"], "no browser").to.not.equal("true");
        return;
      }
      const page = join(folder, "figure.html");
      writeFileSync(page, await createImages().render(FIGURE, "html"));
      const { stdout, stderr } = await run(
        browser,
        [
          ...["--headless", "--no-sandbox", "--disable-gpu", ...NO_NETWORK],
          ...[`--user-data-dir=${join(folder, "profile")}`, "--enable-logging=stderr"],
          ...["--virtual-time-budget=5000", "--dump-dom", pathToFileURL(page).href],
        ],
        { maxBuffer: 1 << 26 },
      );
      const drawn = stdout.slice(stdout.indexOf("<svg"), stdout.indexOf("</svg>"));
      for (const text of [
        "Learning curves",
        "How it was made.",
        "digits",
        "mlp (n = 3)",
        "epoch",
      ]) {
        expect(drawn).to.include(text);
      }
      expect(drawn).to.include("higher is better ↑").and.not.include("<img");
      // What a page loads, refuses or stumbles over is written there.
      expect(stderr).not.to.match(/CONSOLE/);
    }),
  );

  it("shows the numbers under the pointer, whatever they are called", async () => {
    const html = Buffer.from(await createImages().render(FIGURE, "html")).toString("utf8");
    expect(html).to.include('"tooltip":{"signal":"datum"}');
  });
});

function findBrowser(): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return BROWSERS.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => {
    try {
      accessSync(path);
      return true;
    } catch {
      return false;
    }
  });
}
