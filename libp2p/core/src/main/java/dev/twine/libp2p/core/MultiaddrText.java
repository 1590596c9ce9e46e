package dev.twine.libp2p.core;

import dev.twine.libp2p.core.Multiaddr.Component;
import java.util.ArrayList;
import java.util.List;

/** Reads the text form of an address. Not longer than {@link Multiaddr#MAX_TEXT}. */
final class MultiaddrText {
  /** What an error shows of a text at most. */
  private static final int SHOWN = 200;

  private final String text;

  /** Behind the last slash that was read. */
  private int at = 1;

  MultiaddrText(String text) {
    this.text = text;
  }

  Multiaddr read() {
    if (!text.startsWith("/") || text.length() < 2) {
      throw bad("not an address", "begin with a slash and a protocol, such as /ip4/127.0.0.1");
    }
    List<Component> components = new ArrayList<>(4);
    while (at < text.length()) {
      components.add(component(next()));
    }
    return Multiaddr.of(components);
  }

  private Component component(String label) {
    AddressProtocol protocol = AddressProtocol.labelled(label);
    if (protocol == null) {
      throw bad("unknown protocol in an address", "\"" + label + "\" is not in the table");
    }
    AddressValue kind = protocol.value();
    if (kind == AddressValue.NONE) {
      return new Component(protocol.label(), "");
    }
    if (at >= text.length()) {
      throw bad("address ends early", "give " + label + " a value");
    }
    String value = kind == AddressValue.PATH ? rest() : next();
    try {
      return new Component(protocol.label(), kind.decode(kind.encode(value)));
    } catch (IllegalArgumentException e) {
      throw bad("malformed " + label + " in an address", String.valueOf(e.getMessage()));
    }
  }

  private String next() {
    int slash = text.indexOf('/', at);
    int end = slash < 0 ? text.length() : slash;
    String part = text.substring(at, end);
    at = end + 1;
    return part;
  }

  /** From the slash before the value to the end. */
  private String rest() {
    String part = text.substring(at - 1);
    at = text.length();
    return part;
  }

  private Libp2pException bad(String what, String remedy) {
    String shown = text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
    return Multiaddr.bad(what, shown, remedy);
  }
}
