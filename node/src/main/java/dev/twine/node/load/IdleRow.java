package dev.twine.node.load;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twine.node.child.Footprint;
import dev.twine.node.text.Json;
import java.util.Locale;

/**
 * What connections of one kind cost the process that accepted them.
 *
 * @param before with the first few of them
 * @param after with {@code peers} more
 */
record IdleRow(IdlePlan.Kind kind, int peers, Footprint before, Footprint after) {
  ObjectNode json() {
    return Json.object()
        .put("transport", kind.server().name().toLowerCase(Locale.ROOT))
        .put("security", kind.security())
        .put("peers", peers)
        .put("unit", "bytes/connection")
        .put("bytes", heap() + direct())
        .put("heap", heap())
        .put("direct", direct())
        .put("resident", each(after.resident() - before.resident()))
        .put("descriptors", Rates.hundredths((double) descriptors() / peers))
        .put("threads", after.threads() - before.threads());
  }

  /** Of the Java heap for each connection, without garbage. */
  long heap() {
    return each(after.heap() - before.heap());
  }

  /** Of direct memory for each connection. */
  long direct() {
    return each(after.direct() - before.direct());
  }

  long descriptors() {
    return after.descriptors() - before.descriptors();
  }

  private long each(long bytes) {
    return Math.round((double) bytes / peers);
  }
}
