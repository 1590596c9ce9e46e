package dev.twine.libp2p;

import dev.twine.libp2p.core.HostListener;
import dev.twine.libp2p.core.Registration;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Those who want to know what happens to a host. Any thread. */
final class HostListeners {
  private static final Logger LOG = LoggerFactory.getLogger(HostListeners.class);

  private final CopyOnWriteArrayList<HostListener> listeners = new CopyOnWriteArrayList<>();

  Registration add(HostListener listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  void tell(Consumer<HostListener> event) {
    for (HostListener listener : listeners) {
      try {
        event.accept(listener);
      } catch (RuntimeException broken) {
        LOG.warn("a listener of the host failed", broken);
      }
    }
  }
}
