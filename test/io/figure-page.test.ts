import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";

import { expect } from "chai";

import { intervalPanels } from "../../src/core/figures/interval-panels.ts";
import { linePanels } from "../../src/core/figures/line-panels.ts";
import { createImages } from "../../src/io/images.ts";
import { browserFlags, BROWSERS, findBrowser, type Page, withPage } from "../support/browser.ts";
import { withTempDirectory } from "../support/temp-directory.ts";

const run = promisify(execFile);

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

const TWO_PANELS = linePanels({
  title: "Learning curves",
  caption: [],
  panels: ["digits", "wine"].map((name) => ({
    name,
    lines: [{ label: "mlp", points: [0, 5, 10].map((x) => ({ x, y: x })) }],
  })),
  x: { title: "epoch" },
  y: { title: "accuracy" },
});

function browserOrWarning(): string | undefined {
  const browser = findBrowser();
  if (browser !== undefined) return browser;
  console.warn(`      NOT TRIED: there is no browser here (${BROWSERS.join(", ")}).`);
  expect(process.env["CI"], "no browser").to.not.equal("true");
  return undefined;
}

type Domain = readonly [number, number];

/** Where the axes of each panel begin and end, by the places of the numbers beside them. */
async function domainsOf(
  page: Page,
): Promise<readonly { readonly x: Domain; readonly y: Domain }[]> {
  const panels = await page.evaluate(`[0, 1].map((index) => {
    const panel = document.querySelector(".concat_" + index + "_group");
    const { width, height } = panel.querySelector("path.background").getBBox();
    const axes = [...panel.querySelectorAll("[aria-roledescription=axis]")];
    return axes.map((axis, place) => {
      const labels = [...axis.querySelectorAll(".role-axis-label text")].map((label) => {
        const { e, f } = label.transform.baseVal.consolidate().matrix;
        // Vega writes a minus, not a hyphen.
        const value = Number(label.textContent.replace("\u2212", "-").replaceAll(",", ""));
        return { at: place === 0 ? e / width : 1 - f / height, value };
      });
      const [first, last] = [labels[0], labels.at(-1)];
      const slope = (last.value - first.value) / (last.at - first.at);
      return [first.value - slope * first.at, first.value + slope * (1 - first.at)];
    });
  })`);
  return (panels as readonly (readonly [Domain, Domain])[]).map(([x, y]) => ({ x, y }));
}

/** Places are drawn in tenths of pixels. */
const roundedOf = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, one: unknown) =>
      typeof one === "number" ? Number(one.toFixed(3)) : one,
    ),
  );

async function firstPanel(page: Page) {
  const box = await page.evaluate(
    `document.querySelector(".concat_0_group path.background")?.getBoundingClientRect().toJSON() ?? null`,
  );
  return box as Record<"x" | "y" | "width" | "height", number>;
}

describe("figurePage", function () {
  this.timeout(120_000);

  it(
    "is drawn by a browser without a network, and nothing in it goes wrong",
    withTempDirectory(async (folder) => {
      const browser = browserOrWarning();
      if (browser === undefined) return;
      const page = join(folder, "figure.html");
      writeFileSync(page, await createImages().render(FIGURE, "html"));
      const { stdout, stderr } = await run(
        browser,
        [
          ...[...browserFlags(join(folder, "profile")), "--enable-logging=stderr"],
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

  for (const size of [1, 1.5]) {
    it(
      `moves and zooms the axes of a panel, and puts them back, at ${size} times its size`,
      withTempDirectory(async (folder) => {
        const browser = browserOrWarning();
        if (browser === undefined) return;
        const file = join(folder, "figure.html");
        writeFileSync(file, await createImages().render(TWO_PANELS, "html", { size }));
        const place = { url: pathToFileURL(file).href, profile: join(folder, "profile") };
        await withPage(browser, place, async (page) => {
          const before = await domainsOf(page);
          expect(before[0]?.x[0]).to.be.closeTo(0, 0.1);
          expect(before[0]?.x[1]).to.be.closeTo(10, 0.1);
          const { x, y, width, height } = await firstPanel(page);
          const centre = { x: x + width / 2, y: y + height / 2 };

          // A tenth of the axis to the left: what was at 1 is at its beginning.
          await page.mouse("mouseMoved", centre);
          await page.mouse("mousePressed", centre, { button: "left", clickCount: 1 });
          for (const part of [0.05, 0.1]) {
            const to = { ...centre, x: centre.x - part * width };
            await page.mouse("mouseMoved", to, { button: "left", buttons: 1 });
          }
          const end = { ...centre, x: centre.x - 0.1 * width };
          await page.mouse("mouseReleased", end, { button: "left", clickCount: 1 });
          const [moved, still] = await domainsOf(page);
          expect(moved?.x[0]).to.be.closeTo(1, 0.1);
          expect(moved?.x[1]).to.be.closeTo(11, 0.1);
          expect(roundedOf(still)).to.deep.equal(roundedOf(before[1]));

          await page.mouse("mouseWheel", centre, { deltaX: 0, deltaY: -120 });
          const [zoomed] = await domainsOf(page);
          const [low = 0, high = 0] = zoomed?.x ?? [];
          expect(high - low).to.be.within(1, 9.5);
          // What is under the pointer stays there.
          expect((low + high) / 2).to.be.closeTo(6, 0.2);
          expect(zoomed?.y).not.to.deep.equal(moved?.y);

          for (const clickCount of [1, 2]) {
            await page.mouse("mousePressed", centre, { button: "left", clickCount });
            await page.mouse("mouseReleased", centre, { button: "left", clickCount });
          }
          expect(roundedOf(await domainsOf(page))).to.deep.equal(roundedOf(before));
        });
      }),
    );
  }

  it("says how to look around where there is something to look at, and not elsewhere", async () => {
    const textOf = async (figure: object) =>
      Buffer.from(await createImages().render(figure, "html")).toString("utf8");
    expect(await textOf(FIGURE)).to.include("turn the wheel to zoom");
    const scores = intervalPanels({
      title: "Scores",
      caption: [],
      panels: [
        {
          name: "digits",
          x: "score",
          rows: [{ label: "a", series: "a", estimate: 1, interval: undefined }],
        },
      ],
    });
    expect(await textOf(scores)).not.to.include("turn the wheel to zoom");
  });

  it("shows the numbers under the pointer, whatever they are called", async () => {
    const html = Buffer.from(await createImages().render(FIGURE, "html")).toString("utf8");
    expect(html).to.include('"tooltip":{"signal":"datum"}');
  });
});
