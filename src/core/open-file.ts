/** A file that is open for adding to its end. */
export type OpenFile = { readonly write: (text: string) => void; readonly close: () => void };

/** The same for lines, which get their ends here; some may wait, and another thread writes them down. */
export type LineFile = {
  /** At once, behind what waits. */
  readonly write: (line: string) => void;
  /** Within a tenth of a second, also while this thread is busy. */
  readonly add: (line: string) => void;
  /** Writes down what waits. */
  readonly flush: () => void;
};
