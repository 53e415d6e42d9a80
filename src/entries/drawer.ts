import { UserError } from "../errors.ts";
import type { DrawingOrder, DrawingResult } from "../io/drawing-process.ts";
import { createImages } from "../io/images.ts";

/** The process that draws figures (see io/drawing-process.ts); it ends with the one that started it. */
const images = createImages();

process.on("message", (order) => {
  // From our own starter, which sends nothing else.
  void draw(order as DrawingOrder).then((result) => process.send?.(result));
});
// Ctrl-C goes to the whole group; whoever waits for a figure decides what becomes of it.
process.on("SIGINT", () => undefined);
process.on("SIGTERM", () => undefined);
process.on("disconnect", () => {
  process.exit();
});

async function draw({ id, specification, format, options }: DrawingOrder): Promise<DrawingResult> {
  try {
    return { id, kind: "drawn", bytes: await images.render(specification, format, options) };
  } catch (error) {
    if (error instanceof UserError) {
      const { code, message, hint } = error;
      return { id, kind: "refused", code, message, hint };
    }
    const stack = error instanceof Error ? error.stack : undefined;
    return { id, kind: "failed", stack: stack ?? String(error) };
  }
}
