package dev.twine.libp2p.core;

import dev.twine.identity.NodeId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.util.NetUtil;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * An address as a path of protocols, such as {@code /ip4/127.0.0.1/tcp/4001/p2p/12D3KooW...}.
 *
 * <p>Immutable; equal if the bytes are. What was read has an exact text and vice versa: {@code
 * /ipfs} reads as {@code /p2p}, peer IDs print as base58, hashes as base64url, and a {@code /unix}
 * path takes all that follows it, so that nothing can follow it in bytes either. Whether an address makes sense is for the transports to say.
 *
 * @see <a href="https://github.com/multiformats/multiaddr">multiaddr</a>
 */
public final class Multiaddr {
  /** The longest address in bytes: room for a relay, two certificate hashes and a path. */
  public static final int MAX_BYTES = 1024;

  /** The longest text; escaped bytes take three characters. */
  public static final int MAX_TEXT = 3 * MAX_BYTES + 256;

  /** The most protocols in one address; eight are usual behind a relay. */
  public static final int MAX_COMPONENTS = 32;

  /**
   * One step of the path.
   *
   * @param protocol its name in the multiaddr table
   * @param value its text; empty for a protocol without one
   */
  public record Component(String protocol, String value) {}

  private final byte[] bytes;
  private final List<Component> components;

  private Multiaddr(byte[] bytes, List<Component> components) {
    this.bytes = bytes;
    this.components = Collections.unmodifiableList(components);
  }

  /**
   * Reads the text form. One slash on the end is ignored.
   *
   * @throws Libp2pException with {@link FailureReason#BAD_ADDRESS}, naming the component
   */
  public static Multiaddr parse(String text) {
    if (text.length() > MAX_TEXT) {
      throw bad("address too long", text.length() + " characters", "at most " + MAX_TEXT);
    }
    return new MultiaddrText(text).read();
  }

  /**
   * Reads the binary form.
   *
   * @throws Libp2pException with {@link FailureReason#PROTOCOL_ERROR}, since bytes come from peers,
   *     if they are malformed, above a limit, or name an unknown protocol
   */
  public static Multiaddr parse(byte[] bytes) {
    return parse(Unpooled.wrappedBuffer(bytes));
  }

  /**
   * Reads the readable bytes of a buffer as the binary form, and consumes them. The buffer stays
   * the caller's.
   *
   * @throws Libp2pException as {@link #parse(byte[])}
   */
  public static Multiaddr parse(ByteBuf in) {
    int length = in.readableBytes();
    if (length == 0 || length > MAX_BYTES) {
      throw MultiaddrBytes.malformed(
          "length of an address", length + " bytes", "1 to " + MAX_BYTES);
    }
    byte[] bytes = ByteBufUtil.getBytes(in);
    List<Component> components = new ArrayList<>(4);
    while (in.isReadable()) {
      if (components.size() == MAX_COMPONENTS) {
        throw MultiaddrBytes.malformed(
            "components of an address", ">" + MAX_COMPONENTS, "send fewer");
      }
      Component component = MultiaddrBytes.read(in);
      if (in.isReadable() && takesTheRest(component)) {
        throw MultiaddrBytes.malformed(
            "address goes on behind a path", component.value(), "end it there");
      }
      components.add(component);
    }
    return new Multiaddr(bytes, components);
  }

  /** The steps of the path, in order. */
  public List<Component> components() {
    return components;
  }

  /** The text of the first value of that protocol. */
  public Optional<String> value(String protocol) {
    for (Component component : components) {
      if (component.protocol().equals(protocol)) {
        return Optional.of(component.value());
      }
    }
    return Optional.empty();
  }

  public boolean has(String protocol) {
    return value(protocol).isPresent();
  }

  /** The IP that the address begins with, if it does. */
  public Optional<InetAddress> ip() {
    if (components.isEmpty()) {
      return Optional.empty();
    }
    Component first = components.get(0);
    boolean known = first.protocol().equals(AddressProtocol.IP4.label())
        || first.protocol().equals(AddressProtocol.IP6.label());
    return known
        ? Optional.ofNullable(NetUtil.createInetAddressFromIpAddressString(first.value()))
        : Optional.empty();
  }

  /** This address with that IP, without its zone, instead of the IP or name that it begins with. */
  public Multiaddr withIp(InetAddress ip) {
    AddressProtocol protocol =
        ip instanceof Inet4Address ? AddressProtocol.IP4 : AddressProtocol.IP6;
    List<Component> all = new ArrayList<>(components);
    all.set(0, new Component(protocol.label(), protocol.value().decode(ip.getAddress())));
    return of(all);
  }

  /**
   * The peer that the address leads to: the last {@code /p2p}, unless a {@code /p2p-circuit} follows
   * it, for then it is the relay.
   */
  public Optional<NodeId> peerId() {
    for (int i = components.size() - 1; i >= 0; i--) {
      Component component = components.get(i);
      if (component.protocol().equals(AddressProtocol.P2P.label())) {
        return Optional.of(NodeId.parse(component.value()));
      }
      if (component.protocol().equals(AddressProtocol.P2P_CIRCUIT.label())) {
        break;
      }
    }
    return Optional.empty();
  }

  /** This address with {@code /p2p/<peer>} on its end, instead of any that is there. */
  public Multiaddr withPeer(NodeId peer) {
    var component = new Component(AddressProtocol.P2P.label(), peer.toString());
    return withoutPeer().encapsulate(of(List.of(component)));
  }

  /** This address without a {@code /p2p} on its end; without components if there is nothing else. */
  public Multiaddr withoutPeer() {
    int last = components.size() - 1;
    if (last < 0 || !components.get(last).protocol().equals(AddressProtocol.P2P.label())) {
      return this;
    }
    return of(components.subList(0, last));
  }

  /**
   * This address followed by the other.
   *
   * @throws Libp2pException with {@link FailureReason#BAD_ADDRESS} if that is above a limit, or this
   *     one ends in a {@code /unix} path
   */
  public Multiaddr encapsulate(Multiaddr inner) {
    List<Component> all = new ArrayList<>(components);
    all.addAll(inner.components);
    if (!components.isEmpty() && !inner.components.isEmpty()) {
      requireOpenEnd(components.get(components.size() - 1));
    }
    return within(ByteBufUtil.getBytes(Unpooled.wrappedBuffer(bytes, inner.bytes)), all);
  }

  /** A copy of the binary form. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Multiaddr that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** The text form: printable, on one line. */
  @Override
  public String toString() {
    var text = new StringBuilder();
    for (Component component : components) {
      text.append('/').append(component.protocol());
      String value = component.value();
      if (!value.isEmpty()) {
        text.append(value.startsWith("/") ? "" : "/").append(value);
      }
    }
    return text.isEmpty() ? "/" : text.toString();
  }

  /** Takes components whose values are canonical. */
  static Multiaddr of(List<Component> components) {
    ByteBuf out = Unpooled.buffer(64);
    for (int i = 0; i < components.size(); i++) {
      if (i > 0) {
        requireOpenEnd(components.get(i - 1));
      }
      MultiaddrBytes.write(out, components.get(i));
    }
    return within(ByteBufUtil.getBytes(out), components);
  }

  private static Multiaddr within(byte[] bytes, List<Component> components) {
    if (bytes.length > MAX_BYTES || components.size() > MAX_COMPONENTS) {
      String size = components.size() + " components in " + bytes.length + " bytes";
      throw bad(
          "address too long", size, "at most " + MAX_COMPONENTS + " in " + MAX_BYTES + " bytes");
    }
    return new Multiaddr(bytes, List.copyOf(components));
  }

  private static void requireOpenEnd(Component before) {
    if (takesTheRest(before)) {
      throw bad("nothing can follow a path in an address", before.value(), "leave out what does");
    }
  }

  static Libp2pException bad(String what, String value, String remedy) {
    return new Libp2pException(FailureReason.BAD_ADDRESS, what, value, remedy);
  }

  private static boolean takesTheRest(Component component) {
    return component.protocol().equals(AddressProtocol.UNIX.label());
  }
}
