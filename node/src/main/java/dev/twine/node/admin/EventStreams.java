package dev.twine.node.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twine.network.GossipNode;
import dev.twine.network.Registration;
import dev.twine.network.Tag;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import dev.twine.node.text.Json;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Streams of what a node handles and what happens to it, as server-sent events. */
final class EventStreams {
  /** Each may hold the write mark of a connection and one largest message. */
  static final int MAX_STREAMS = 16;

  private final GossipNode node;
  private final boolean authorsChecked;
  private final AtomicInteger open = new AtomicInteger();

  EventStreams(GossipNode node, boolean authorsChecked) {
    this.node = node;
    this.authorsChecked = authorsChecked;
  }

  /**
   * Begins a stream: events {@code message}, {@code event} and, after a gap, {@code missed}.
   *
   * @param tag limits messages to one tag
   * @throws TwineException if there are too many streams or the tag is malformed
   */
  void open(AdminReply reply, Optional<String> tag) {
    Optional<Tag> wanted = tag.map(EventStreams::tag);
    if (open.incrementAndGet() > MAX_STREAMS) {
      open.decrementAndGet();
      throw new TwineException(
          Code.RATE_LIMITED, "too many event streams", "" + MAX_STREAMS, "close one of them");
    }
    reply.onLost(open::decrementAndGet);
    var missed = new AtomicLong();
    reply.beginEvents();
    Registration tap = node.tap(message -> {
      if (wanted.isEmpty() || wanted.get().equals(message.tag())) {
        push(reply, missed, "message", MessageJson.of(message, authorsChecked));
      }
    });
    Registration observer =
        node.observe(event -> push(reply, missed, "event", EventJson.of(event)));
    reply.onLost(() -> {
      tap.close();
      observer.close();
    });
    push(reply, missed, "open", Json.object().put("nodeId", node.nodeId().toString()));
  }

  private static void push(AdminReply reply, AtomicLong missed, String name, ObjectNode data) {
    long gap = missed.getAndSet(0);
    if (gap > 0 && !reply.offer(frame("missed", Json.object().put("count", gap)))) {
      missed.addAndGet(gap);
    }
    if (!reply.offer(frame(name, data))) {
      missed.incrementAndGet();
    }
  }

  private static byte[] frame(String name, ObjectNode data) {
    return ("event: " + name + "\ndata: " + Json.line(data) + "\n\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static Tag tag(String text) {
    try {
      return Tag.of(text);
    } catch (IllegalArgumentException e) {
      throw new TwineException(
          Code.BAD_VALUE, "not a tag", text, "give two printable ASCII characters", e);
    }
  }
}
