/** Encodings of the places on a page, pixels. */
export type Axes = { readonly x: object; readonly y: object };

/** Words somewhere on a page. */
export type Text = {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly look: keyof typeof LOOKS;
};

const LOOKS = {
  left: { align: "left", fontSize: 9.4, color: "#222222" },
  right: { align: "right", fontSize: 9.4, color: "#444444" },
  centre: { align: "center", fontSize: 9.4, color: "#444444" },
  state: { align: "center", fontSize: 9.5, fontWeight: "bold", color: "#666666" },
  remark: { align: "center", fontSize: 9.4, fontWeight: "bold", color: "#a33b00" },
  title: { align: "center", fontSize: 11, color: "#222222" },
  turned: { align: "center", fontSize: 11, color: "#222222", angle: -90 },
} as const;

/** A mark for all texts that look alike. */
export function textMarks(all: readonly Text[], { x, y }: Axes): readonly object[] {
  return Object.entries(LOOKS).flatMap(([look, style]) => {
    const values = all.filter((one) => one.look === look);
    if (values.length === 0) return [];
    return [
      {
        data: { values },
        mark: { type: "text", baseline: "middle", ...style },
        encoding: {
          x: { field: "x", ...x },
          y: { field: "y", ...y },
          text: { field: "text", type: "nominal" },
        },
      },
    ];
  });
}

export const textAt = (x: number, y: number, words: string, look: Text["look"]): Text => ({
  x: roundPixels(x),
  y: roundPixels(y),
  text: words,
  look,
});

/** Tenths of a pixel: more digits would only make the file longer. */
export const roundPixels = (pixels: number) => Math.round(pixels * 10) / 10;
