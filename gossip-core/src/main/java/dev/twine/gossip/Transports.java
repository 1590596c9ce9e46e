package dev.twine.gossip;

import dev.twine.network.Address;
import dev.twine.network.TransportKind;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The strands of a node, each for the addresses that it can dial. */
record Transports(List<Transport> all) {
  Transports {
    all = List.copyOf(all);
  }

  boolean canDial(Address address) {
    return all.stream().anyMatch(one -> one.canDial(address));
  }

  /** Dials; a transport that fails to start it, or is not there, has failed like one that fails later. */
  CompletableFuture<SessionHandle> dial(Address address, Duration deadline) {
    try {
      return all.stream()
          .filter(one -> one.canDial(address))
          .findFirst()
          .map(one -> one.dial(address, deadline))
          .orElseGet(() -> CompletableFuture.failedFuture(unsupported(address)));
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** The preferred one first. */
  List<TransportKind> kinds(TransportKind preferred) {
    return all.stream()
        .map(Transport::kind)
        .sorted(Comparator.comparing(kind -> kind != preferred))
        .toList();
  }

  static TwineException unsupported(Address address) {
    return new TwineException(
        Code.BAD_VALUE,
        "no transport of this node can dial this address",
        address.toString(),
        "give an address of another form, or run the node in a mode that has its transport");
  }
}
