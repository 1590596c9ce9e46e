package dev.twine.network;

import dev.twine.identity.NodeId;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A request as it came from a caller. Belongs to the service thread. */
public interface ServiceRequest {
  String method();

  /**
   * The decoded path, without the query. Where a segment holds an encoded slash, it cannot be told
   * here from a separator: read {@link #parameter}, or {@link #rawPath}.
   */
  String path();

  /** The path as it came, percent-encoded, without the query. */
  String rawPath();

  /** The query without its question mark, not decoded; empty if there is none. */
  String query();

  /** What stands for that {@code {parameter}} of the registered path, decoded; may hold slashes. */
  String parameter(String name);

  /** The first header of that name, in any case. */
  Optional<String> header(String name);

  /** All headers, names in lower case. */
  Map<String, List<String>> headers();

  /**
   * The body as it arrives: reading waits for bytes up to the node's limit on silence, and fails
   * with an IOException past the limit on size.
   */
  InputStream body();

  /** Who asks. */
  Caller caller();

  /**
   * Who asks.
   *
   * @param nodeId the node, if the transport proves it
   * @param transport the strand the request came by
   * @param address the remote end
   */
  record Caller(Optional<NodeId> nodeId, TransportKind transport, String address) {}
}
