import { join } from "node:path";

import type { Argv } from "yargs";

import { UserError } from "../errors.ts";
import {
  FIGURE_STYLES,
  type FigureStyle,
  IMAGE_FORMATS,
  type ImageFormat,
  renderingOf,
} from "../core/figures/image-format.ts";
import type { Host } from "../host.ts";

/** The formats that `--formats` names. @throws UserError `usage` */
export function parseFormats(text: string): readonly ImageFormat[] {
  const names = text.split(",").map((name) => name.trim().toLowerCase());
  const formats = names.map((name) => {
    const format = IMAGE_FORMATS.find((one) => one === name);
    if (format !== undefined) return format;
    throw new UserError(
      "usage",
      `--formats: expected some of ${IMAGE_FORMATS.join(",")}, got ${JSON.stringify(text)}.`,
      "For example --formats png,svg.",
    );
  });
  return [...new Set(formats)];
}

/** Writes figures in several formats, each with its specification beside it. */
export type FigureWriter = {
  /** @returns the names of the files that were written */
  readonly write: (name: string, specification: object) => Promise<readonly string[]>;
};

/** How figures are written. */
export type FigureLook = {
  readonly formats: readonly ImageFormat[];
  readonly style: FigureStyle;
};

/** Options of the commands that draw. */
export function figureLookOptions<Options>(args: Argv<Options>, formats: string) {
  return args
    .option("formats", {
      type: "string",
      default: formats,
      describe:
        "of png, svg, pdf, html (a page to zoom in, with the numbers under the pointer), with commas",
    })
    .option("style", {
      choices: FIGURE_STYLES,
      default: "screen" as const,
      describe: "for a page of two columns, or larger, for a screen",
    });
}

/** What {@link figureLookOptions} say. @throws UserError `usage` */
export function figureLook(given: {
  readonly formats: string;
  readonly style: FigureStyle;
}): FigureLook {
  return { formats: parseFormats(given.formats), style: given.style };
}

/** What cannot be drawn on this machine is left out, and said once. @param folder - absolute, exists */
export function createFigureWriter(
  folder: string,
  { formats, style }: FigureLook,
  { files, images, terminal }: Pick<Host, "files" | "images" | "terminal">,
): FigureWriter {
  const unavailable = new Set<ImageFormat>();
  return {
    write: async (name, specification) => {
      const written: string[] = [];
      const put = (ending: string, content: string | Uint8Array) => {
        const file = `${name}.${ending}`;
        files.replace(join(folder, file), content);
        written.push(file);
      };
      for (const format of formats.filter((one) => !unavailable.has(one))) {
        try {
          put(format, await images.render(specification, format, renderingOf(style)));
        } catch (error) {
          if (!(error instanceof UserError && error.code === "unavailable")) throw error;
          unavailable.add(format);
          terminal.note(`${error.message} ${error.hint}`);
        }
      }
      put("vl.json", `${JSON.stringify(specification, undefined, 2)}\n`);
      return written;
    },
  };
}
