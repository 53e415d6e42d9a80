/** `npm run model`: every state of the protocol at full size, the holes that its rules close, and the same in Promela. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { BROKEN_VARIANTS, SMALL } from "./broken-variants.ts";
import { search } from "./search.ts";
import { describeFound, describeSize, FULL_SIZES } from "./sizes.ts";
import { BROKEN_SPIN, checkWithSpin, type Defines, FULL_SPIN, missingForSpin } from "./spin.ts";

const MEGABYTE = 1 << 20;
const PROGRESS_MS = 30_000;
let failed = false;

for (const size of FULL_SIZES) {
  console.log(`\n${describeSize(size)}`);
  const startMs = performance.now();
  let saidMs = startMs;
  const onProgress = (states: number, waiting: number) => {
    if (performance.now() - saidMs < PROGRESS_MS) return;
    saidMs = performance.now();
    console.log(
      `  … ${states.toLocaleString("en")} states, ${waiting.toLocaleString("en")} to go on from`,
    );
  };
  const found = search(size, { onProgress });
  failed ||= found.broken !== undefined;
  const seconds = ((performance.now() - startMs) / 1000).toFixed(0);
  const megabytes = (process.memoryUsage().rss / MEGABYTE).toFixed(0);
  console.log(`  ${describeFound(found)} (${seconds} s, ${megabytes} MB)`);
  for (const line of found.broken?.trace ?? []) console.log(`    ${line}`);
}

console.log("\nRules left out, and the shortest way to what they prevent:");
for (const { name, variant, size } of BROKEN_VARIANTS) {
  const { broken, states } = search({ ...SMALL, ...size }, { variant });
  failed ||= broken === undefined;
  console.log(
    `\n- ${name}: ${broken?.what ?? "NOTHING FOUND"} (${states.toLocaleString("en")} states)`,
  );
  for (const line of broken?.trace ?? []) console.log(`    ${line.slice(0, 160)}`);
}

console.log("\nThe same protocol in Promela, checked by Spin:");
const missing = missingForSpin();
if (missing.length > 0) {
  console.log(`NOT CHECKED: no ${missing.join(", no ")}. Install spin, gcc and libc6-dev.`);
  failed = true;
} else {
  for (const defines of FULL_SPIN) await spin("", defines, false);
  for (const { name, defines } of BROKEN_SPIN) await spin(name, defines, true);
}

async function spin(name: string, defines: Defines, isBroken: boolean): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "hatchery-spin-"));
  try {
    const startMs = performance.now();
    const { states, transitions, megabytes, broken } = await checkWithSpin(defines, folder, {
      isLarge: !isBroken,
    });
    const seconds = ((performance.now() - startMs) / 1000).toFixed(0);
    failed ||= isBroken !== (broken !== undefined);
    const what = broken === undefined ? "no assertion violated" : `violated: ${broken.what}`;
    console.log(
      `\n- ${name} ${JSON.stringify(defines)}: ${states} states, ${transitions} transitions ` +
        `(${seconds} s, ${megabytes} MB): ${what}`,
    );
    for (const line of broken?.trace ?? []) console.log(`    ${line.slice(0, 120)}`);
  } finally {
    await rm(folder, { recursive: true });
  }
}

if (failed) process.exitCode = 1;
