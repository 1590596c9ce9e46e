package dev.twine.gossip;

import dev.twine.network.MessageHandler;
import dev.twine.network.MessageValidator;
import dev.twine.network.Registration;
import dev.twine.network.RequestHandler;
import dev.twine.network.TagSpec;
import dev.twine.network.TransportKind;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** One tag of a node: its policy, who consumes it, and how much came. */
final class TagEntry {
  final TagSpec spec;
  final int code;
  final boolean control;
  final boolean isPrivate;
  private final AtomicReference<@Nullable MessageHandler> handler = new AtomicReference<>();
  private final AtomicReference<@Nullable MessageValidator> validator = new AtomicReference<>();
  private final AtomicReference<@Nullable RequestHandler> answerer = new AtomicReference<>();
  private final Map<TransportKind, LongAdder> received;
  private final Map<TransportKind, LongAdder> receivedBytes;

  TagEntry(TagSpec spec, TagTable table, Counters counters) {
    this.spec = spec;
    code = spec.tag().code();
    control = table.isControl(code);
    isPrivate = table.isPrivate(code);
    received = perTransport(Counters.RECEIVED, counters);
    receivedBytes = perTransport(Counters.RECEIVED_BYTES, counters);
  }

  @Nullable
  MessageHandler handler() {
    return handler.get();
  }

  @Nullable
  MessageValidator validator() {
    return validator.get();
  }

  @Nullable
  RequestHandler answerer() {
    return answerer.get();
  }

  Registration handle(MessageHandler added) {
    return register(handler, added, "handler");
  }

  Registration validate(MessageValidator added) {
    return register(validator, added, "validator");
  }

  Registration answer(RequestHandler added) {
    return register(answerer, added, "answerer");
  }

  void received(TransportKind transport, int bytes) {
    Objects.requireNonNull(received.get(transport)).increment();
    Objects.requireNonNull(receivedBytes.get(transport)).add(bytes);
  }

  private Map<TransportKind, LongAdder> perTransport(String name, Counters counters) {
    var adders = new EnumMap<TransportKind, LongAdder>(TransportKind.class);
    for (TransportKind kind : TransportKind.values()) {
      adders.put(
          kind, counters.of(name, "transport", kind.label(), "tag", spec.tag().toString()));
    }
    return adders;
  }

  private <T> Registration register(AtomicReference<@Nullable T> slot, T added, String what) {
    Objects.requireNonNull(added, what);
    if (!slot.compareAndSet(null, added)) {
      throw new TwineException(
          Code.ALREADY_REGISTERED,
          "tag has a " + what + " already",
          spec.tag().toString(),
          "close the first registration, or use another tag");
    }
    return () -> slot.compareAndSet(added, null);
  }
}
