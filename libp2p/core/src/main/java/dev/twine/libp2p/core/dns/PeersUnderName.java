package dev.twine.libp2p.core.dns;

import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.Multiaddr;
import java.util.ArrayList;
import java.util.List;

/**
 * The peers that {@code /dnsaddr/NAME} leads to when nobody has named one: the records of the name, of
 * which each says whose address it is. What these lead to in turn is looked up when they are dialled.
 */
public final class PeersUnderName {
  private PeersUnderName() {}

  /** The name that is asked for TXT records. */
  public static String question(String name) {
    return AddressLookup.SUBDOMAIN + name;
  }

  /**
   * Reads the records, as many as the budget allows.
   *
   * @throws Libp2pException if none of them is the address of a peer
   */
  public static List<Multiaddr> read(String name, List<String> texts, LookupBudget budget) {
    List<Multiaddr> found = new ArrayList<>();
    for (String text : texts) {
      if (text.startsWith(AddressLookup.RECORD) && budget.record(text.length())) {
        add(found, text.substring(AddressLookup.RECORD.length()), budget);
      }
    }
    if (found.isEmpty()) {
      throw new Libp2pException(
          FailureReason.NAME_NOT_FOUND,
          "no address of a peer under the name",
          "/dnsaddr/" + name,
          "check the name and the resolver");
    }
    return found;
  }

  private static void add(List<Multiaddr> found, String text, LookupBudget budget) {
    try {
      Multiaddr address = Multiaddr.parse(text);
      if (address.peerId().isPresent()) {
        found.add(address);
      }
    } catch (Libp2pException unreadable) {
      budget.refuse(LookupBudget.UNREADABLE);
    }
  }
}
