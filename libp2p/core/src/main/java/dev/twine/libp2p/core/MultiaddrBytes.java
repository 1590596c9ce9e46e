package dev.twine.libp2p.core;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

/** The binary form of an address, component by component. */
final class MultiaddrBytes {
  private MultiaddrBytes() {}

  static Libp2pException malformed(String what, String value, String remedy) {
    return new Libp2pException(FailureReason.PROTOCOL_ERROR, what, value, remedy);
  }

  /** Appends a component whose value is canonical. */
  static void write(ByteBuf out, Multiaddr.Component component) {
    AddressProtocol protocol = AddressProtocol.labelled(component.protocol());
    if (protocol == null) {
      throw new AssertionError("components are made from the table");
    }
    byte[] value = protocol.value().encode(component.value());
    Varint.write(out, protocol.code());
    if (protocol.value().size() == AddressValue.VARIABLE) {
      Varint.write(out, value.length);
    }
    out.writeBytes(value);
  }

  /**
   * Reads the next component.
   *
   * @throws Libp2pException with {@link FailureReason#PROTOCOL_ERROR} if it is malformed
   */
  static Multiaddr.Component read(ByteBuf in) {
    long code = number(in);
    AddressProtocol protocol = AddressProtocol.coded(code);
    if (protocol == null) {
      throw malformed("unknown protocol in an address", Long.toString(code), "skip the address");
    }
    int fixed = protocol.value().size();
    long size = fixed == AddressValue.VARIABLE ? number(in) : fixed;
    if (size > in.readableBytes()) {
      throw malformed("address ends early", "in " + protocol.label(), "send all of it");
    }
    byte[] value = new byte[(int) size];
    in.readBytes(value);
    try {
      return new Multiaddr.Component(protocol.label(), protocol.value().decode(value));
    } catch (IllegalArgumentException e) {
      String what = "malformed " + protocol.label() + " in an address";
      throw malformed(what, ByteBufUtil.hexDump(value), String.valueOf(e.getMessage()));
    }
  }

  private static long number(ByteBuf in) {
    long value = Varint.read(in);
    if (value == Varint.INCOMPLETE) {
      throw malformed("address ends early", "in a number", "send all of it");
    }
    return value;
  }
}
