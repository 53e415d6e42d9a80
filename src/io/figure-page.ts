import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import type { RenderOptions } from "../core/figures/image-format.ts";

/**
 * One HTML page that shows a figure: vega and the data are in it, so it opens without a network and
 * for as long as there are browsers. The menu of the browser saves or prints it.
 * @param specification - in vega's own language
 */
export async function figurePage(
  specification: object,
  { size = 1, isZoomable }: Pick<RenderOptions, "size"> & { readonly isZoomable: boolean },
): Promise<Uint8Array> {
  const { resolve } = createRequire(import.meta.url);
  // The build for browsers stands beside the one that can be imported, but is not exported by itself.
  const vega = await readFile(join(dirname(resolve("vega")), "vega.min.js"), "utf8");
  const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>hatchery</title>
<style>
body { margin: 0; }
#hint { margin: 14px 14px 0; font: 13px sans-serif; color: #555; }
#figure { width: fit-content; transform: scale(${size}); transform-origin: 0 0; }
@media print { #hint { display: none; } }
</style>
</head>
<body>
${isZoomable ? `<p id="hint">${ZOOM_HINT}</p>\n` : ""}<div id="figure"></div>
<script>${vega.replace(SOURCE_MAP, "")}</script>
<script>
const specification = ${asScript(specification)};
new vega.View(vega.parse(specification), { renderer: "svg", container: "#figure", hover: true }).run();
</script>
</body>
</html>
`;
  return new TextEncoder().encode(page);
}

const ZOOM_HINT =
  "In the panels: drag to move, turn the wheel to zoom, double click to go back; the numbers are shown under the pointer.";

/** Nothing is loaded from anywhere; vega compiles the figure's expressions. */
const POLICY =
  "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data:";
const SOURCE_MAP = /\n\/\/# sourceMappingURL=.*\s*$/;

/** JSON that no name in it can end the script of: `</script>` begins with `<`. */
function asScript(value: object): string {
  return JSON.stringify(value)
    .replaceAll("<", "\\u003c")
    .replaceAll("\u2028", "\\u2028")
    .replaceAll("\u2029", "\\u2029");
}
