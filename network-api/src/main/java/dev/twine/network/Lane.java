package dev.twine.network;

/** Which of the two outbound queues, and which of the two handler executors, a message takes. */
public enum Lane {
  /** Small and urgent: overtakes queued bulk, and a peer that cannot take it is disconnected. */
  PRIORITY,
  /** Everything else: dropped and counted for a peer that lags, and never starved by priority. */
  BULK
}
