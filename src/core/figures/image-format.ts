export const IMAGE_FORMATS = ["png", "svg", "pdf", "html"] as const;
/** `html`: one page to look around in, which needs no network. */
export type ImageFormat = (typeof IMAGE_FORMATS)[number];

export type RenderOptions = {
  /** Of PNG: pixels for each unit of the figure; 2 if it is not given, sharp in print. */
  readonly scale?: number;
};
