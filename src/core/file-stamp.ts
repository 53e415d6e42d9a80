/** Times in ms since the epoch, by the file server's clock. */
export type FileStamp = {
  readonly modifiedMs: number;
  /** When the file was last changed in any way, also to look older than it is. */
  readonly changedMs: number;
  readonly bytes: number;
  /** Another one after it was replaced. */
  readonly inode: number;
};

/** What a file held, and its stamp from before it was read: equal later, it still holds that. */
export type StampedText = { readonly text: string; readonly stamp: FileStamp };
