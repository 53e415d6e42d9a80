export type ThreadOrder = {
  readonly target: string;
  readonly seed: number;
  readonly inputs: number;
  readonly seconds: number;
  readonly shared: SharedArrayBuffer;
};

/** As long as the longest input, two bytes for each unit. */
const TEXT_BYTES = 1 << 22;
const HEAD_BYTES = 16;

export const createWindow = () => new SharedArrayBuffer(HEAD_BYTES + TEXT_BYTES);

/** Memory that shows what a thread is reading, also when it has hung or run out of its own. */
export function openWindow(shared: SharedArrayBuffer) {
  const [index, length] = [0, 1];
  const head = new Int32Array(shared, 0, HEAD_BYTES / 4);
  const text = Buffer.from(shared, HEAD_BYTES);
  return {
    show: (input: string, at: number) => {
      head[length] = text.write(input, 0, "utf16le");
      Atomics.store(head, index, at);
    },
    index: () => Atomics.load(head, index),
    input: () => text.toString("utf16le", 0, head[length]),
  };
}
