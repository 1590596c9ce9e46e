package dev.twine.libp2p.core;

import dev.twine.identity.NodeId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** An address as a path of protocols, such as {@code /ip4/127.0.0.1/tcp/4001}. */
public final class Multiaddr {
  /** One step of the path; the value is empty for protocols without one. */
  public record Component(String protocol, String value) {}

  private final List<Component> components;

  private Multiaddr(List<Component> components) {
    this.components = List.copyOf(components);
  }

  /**
   * Reads the text form.
   *
   * @throws Libp2pException with {@link FailureReason#BAD_ADDRESS}
   */
  public static Multiaddr parse(String text) {
    List<Component> found = new ArrayList<>();
    String[] parts = text.split("/", -1);
    int i = 1;
    while (i < parts.length) {
      String name = parts[i++];
      boolean plain = List.of("ws", "wss", "tls").contains(name);
      if (!plain && i >= parts.length) {
        throw new Libp2pException(
            FailureReason.BAD_ADDRESS, "address ends early", text, "give " + name + " a value");
      }
      found.add(new Component(name, plain ? "" : parts[i++]));
    }
    return new Multiaddr(found);
  }

  public List<Component> components() {
    return components;
  }

  /** The ID in the last {@code /p2p}. */
  public Optional<NodeId> peerId() {
    for (int i = components.size() - 1; i >= 0; i--) {
      if (components.get(i).protocol().equals("p2p")) {
        return Optional.of(NodeId.parse(components.get(i).value()));
      }
    }
    return Optional.empty();
  }

  /** This address with {@code /p2p/<peer>} on its end instead of any other. */
  public Multiaddr withPeer(NodeId peer) {
    return withoutPeer().encapsulate(parse("/p2p/" + peer));
  }

  /** This address without a {@code /p2p} on its end. */
  public Multiaddr withoutPeer() {
    int size = components.size();
    boolean has = size > 0 && components.get(size - 1).protocol().equals("p2p");
    return has ? new Multiaddr(components.subList(0, size - 1)) : this;
  }

  /** This address followed by the other. */
  public Multiaddr encapsulate(Multiaddr inner) {
    List<Component> all = new ArrayList<>(components);
    all.addAll(inner.components);
    return new Multiaddr(all);
  }

  public byte[] toBytes() {
    return toString().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Multiaddr that && Arrays.equals(toBytes(), that.toBytes());
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(toBytes());
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (Component component : components) {
      text.append('/').append(component.protocol());
      if (!component.value().isEmpty()) {
        text.append('/').append(component.value());
      }
    }
    return text.toString();
  }
}
