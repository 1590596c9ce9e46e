package dev.twine.broadcaster;

/** Which of the two outbound queues a message takes, in the node and in each peer that lags. */
public enum Lane {
  /** Small and urgent: overtakes queued bulk, and a peer that cannot take it is cut. */
  PRIORITY,
  /** Everything else: dropped and counted for a peer that lags, and never starved by priority. */
  BULK
}
