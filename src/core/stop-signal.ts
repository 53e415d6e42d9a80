/** Signals by which a program can be asked to stop; SIGKILL asks nobody. */
export const STOP_SIGNALS = ["SIGTERM", "SIGINT", "SIGHUP", "SIGUSR1", "SIGUSR2"] as const;
export type StopSignal = (typeof STOP_SIGNALS)[number];
