package dev.twine.libp2p.core;

import dev.twine.identity.NodeKey;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * What a protocol may ask of the host that it runs on, so that it need not know the host itself.
 * Any thread.
 */
public interface LocalHost {
  NodeKey key();

  /** Where this host listens, with real ports and IPs, without its ID. */
  List<Multiaddr> addresses();

  /** The names of the protocols that this host answers, sorted. */
  Set<String> protocols();

  /** The connections that are open now. */
  Collection<Connection> connections();

  /** Tells about connections and changes from now on. */
  Registration addListener(HostListener listener);
}
