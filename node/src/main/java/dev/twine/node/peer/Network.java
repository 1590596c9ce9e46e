package dev.twine.node.peer;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** How this peer reaches others: by libp2p, or by sockets alone for comparison. Any thread. */
interface Network extends AutoCloseable {
  /** What every peer serves. */
  enum Service {
    /** Sends back what it reads. */
    ECHO,
    /** Compares what it reads with the pattern and answers the end with the count of bytes. */
    SINK
  }

  String id();

  /** Where the first host listens, with its ID. */
  String address();

  /** Makes that many more hosts and returns their addresses. */
  List<String> receivers(int count);

  /** Makes that many hosts more, none of which listens, and connects each to that address. */
  void guests(int count, String address) throws Exception;

  /** Connects and returns the ID of the other side. */
  CompletableFuture<String> dial(String address);

  CompletableFuture<?> disconnect(String peer);

  /** Opens a stream for that handler and returns its result. */
  <T> CompletableFuture<T> call(String peer, Service service, Reply<T> reply);

  /** An upload, then a download, as {@code /perf/1.0.0} has it. */
  CompletableFuture<?> perf(String peer, long upload, long download);

  /** Bytes that sinks and uploads of perf have read so far, on all hosts here. */
  long received();

  @Override
  void close();
}
