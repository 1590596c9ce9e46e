package dev.twine.libp2p.core.upgrade;

import dev.twine.libp2p.core.Registration;
import dev.twine.libp2p.core.StreamProtocol;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The protocols that a host answers. Any thread; readers never wait. */
public final class StreamProtocols {
  private volatile NavigableMap<String, StreamProtocol> byId = new TreeMap<>();
  private volatile List<String> list = List.of();
  private final CopyOnWriteArrayList<Runnable> listeners = new CopyOnWriteArrayList<>();

  /** None. */
  public StreamProtocols() {}

  /**
   * Adds a protocol until the registration is closed.
   *
   * @throws IllegalArgumentException if one of its names is taken, or it has none
   */
  public Registration add(StreamProtocol protocol) {
    if (protocol.ids().isEmpty()) {
      throw new IllegalArgumentException("protocol without a name: []: give it at least one");
    }
    synchronized (this) {
      NavigableMap<String, StreamProtocol> next = new TreeMap<>(byId);
      for (String id : protocol.ids()) {
        if (next.putIfAbsent(id, protocol) != null) {
          throw new IllegalArgumentException(
              "protocol registered already: " + id + ": close its registration first");
        }
      }
      replace(next);
    }
    listeners.forEach(Runnable::run);
    return () -> remove(protocol);
  }

  /** The names, sorted; a snapshot. */
  public Set<String> ids() {
    return Collections.unmodifiableSet(byId.navigableKeySet());
  }

  /** Runs after each change, on the thread that made it. */
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }

  /** The names; the same list until something changes. */
  List<String> list() {
    return list;
  }

  @Nullable
  StreamProtocol find(String id) {
    return byId.get(id);
  }

  private void replace(NavigableMap<String, StreamProtocol> next) {
    byId = next;
    list = List.copyOf(next.navigableKeySet());
  }

  private void remove(StreamProtocol protocol) {
    synchronized (this) {
      Map<String, StreamProtocol> current = byId;
      NavigableMap<String, StreamProtocol> next = new TreeMap<>(current);
      if (!next.values().removeIf(one -> one == protocol)) {
        return;
      }
      replace(next);
    }
    listeners.forEach(Runnable::run);
  }
}
