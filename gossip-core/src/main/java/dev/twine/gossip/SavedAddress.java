package dev.twine.gossip;

import dev.twine.identity.NodeId;
import dev.twine.network.Address;
import dev.twine.network.TwineException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One learned address as it stands in a {@link PeerstoreFile}: a line of fields with tabs in between.
 *
 * @param address the address
 * @param node who was there, null if nobody knew
 * @param source who told of it
 * @param failures in a row
 * @param reachedMillis when a dial last led there, since 1970; 0 if never
 * @param heardMillis when somebody last told of it, since 1970
 */
record SavedAddress(
    Address address,
    @Nullable NodeId node,
    Source source,
    int failures,
    long reachedMillis,
    long heardMillis) {
  /** An address has at most 512 characters and a source two such names. */
  static final int MAX_LINE = 2_048;

  private static final int FIELDS = 8;
  private static final String NONE = "-";

  static SavedAddress of(Contact contact) {
    return new SavedAddress(
        contact.address(),
        contact.node(),
        contact.source(),
        contact.failures(),
        contact.reachedMillis(),
        contact.heardMillis());
  }

  /** Puts it where there is room for it, with its history; dialled at once if it is chosen. */
  void restore(Peerstore peers, Moment now) {
    if (peers.add(address, source, now) != Peerstore.Addition.NEW) {
      return;
    }
    Contact contact = peers.find(address);
    if (contact != null) {
      // A clock that was wrong then must not keep an address for ever now.
      long heard = Math.min(heardMillis, now.millis());
      contact.history(failures, Math.min(reachedMillis, now.millis()), heard);
      if (node != null) {
        peers.identified(address, node);
      }
    }
  }

  String line() {
    return String.join(
        "\t",
        address.toString(),
        node == null ? NONE : node.toString(),
        source.kind().label(),
        orNone(source.by()),
        orNone(source.group()),
        Integer.toString(failures),
        Long.toString(reachedMillis),
        Long.toString(heardMillis));
  }

  /** @throws IllegalArgumentException if the line was not written by {@link #line} */
  static SavedAddress parse(String line) {
    String[] fields = line.split("\t", -1);
    if (fields.length != FIELDS || line.length() > MAX_LINE) {
      throw new IllegalArgumentException("not " + FIELDS + " fields");
    }
    try {
      var kind = Source.Kind.valueOf(fields[2].toUpperCase(Locale.ROOT));
      if (kind == Source.Kind.STATIC) {
        throw new IllegalArgumentException("a static address, which only configuration can give");
      }
      return new SavedAddress(
          Address.parse(fields[0]),
          fields[1].equals(NONE) ? null : NodeId.parse(fields[1]),
          new Source(kind, orEmpty(fields[3]), orEmpty(fields[4])),
          Integer.parseUnsignedInt(fields[5]),
          Long.parseUnsignedLong(fields[6]),
          Long.parseUnsignedLong(fields[7]));
    } catch (TwineException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static String orNone(String text) {
    return text.isEmpty() ? NONE : text;
  }

  private static String orEmpty(String field) {
    return field.equals(NONE) ? "" : field;
  }
}
