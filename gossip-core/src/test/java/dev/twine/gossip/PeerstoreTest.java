package dev.twine.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.gossip.Peerstore.Addition;
import dev.twine.identity.NodeId;
import dev.twine.identity.NodeKey;
import dev.twine.network.Address;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PeerstoreTest {
  private static final long HOUR = TimeUnit.HOURS.toMillis(1);
  private static final NodeId NODE = NodeKey.ed25519FromSeed(new byte[32]).nodeId();

  private final Peerstore peers =
      new Peerstore(new Limits.Discovery(100, 3, 20, 10, 24, 720, Duration.ofSeconds(10)));
  private long millis = 1_000 * HOUR;

  /** So many in all, and the shares no smaller. */
  static Limits.Discovery limits(int addresses) {
    return new Limits.Discovery(
        addresses, addresses, addresses, addresses, 24, 720, Duration.ofSeconds(10));
  }

  @Test
  void holdsAsManyAsItMayAndGivesUpWhatFailsForANewOne() {
    for (int i = 0; i < 100; i++) {
      assertThat(peers.add(spread(i), Source.PHONEBOOK, now())).isEqualTo(Addition.NEW);
    }
    assertThat(peers.add(spread(100), Source.PHONEBOOK, now())).isEqualTo(Addition.FULL);
    assertThat(peers.add(spread(0), Source.PHONEBOOK, now())).isEqualTo(Addition.KNOWN);
    assertThat(peers.learned()).isEqualTo(100);
    peers.addStatic(spread(200), now());
    assertThat(peers.contacts()).hasSize(101);
  }

  @Test
  void aSourceHasRoomForItsShareAndThenDisplacesItsOwn() {
    Source honest = source("honest");
    Address first = spread(1_000);
    peers.add(first, honest, now());
    for (int i = 0; i < 20; i++) {
      assertThat(peers.add(spread(i), source("flood"), now())).isEqualTo(Addition.NEW);
    }
    millis++;
    assertThat(peers.add(spread(20), source("flood"), now())).isEqualTo(Addition.NEW);

    assertThat(peers.learned()).isEqualTo(21);
    assertThat(peers.find(spread(0))).isNull();
    assertThat(peers.find(first)).isNotNull();
  }

  @Test
  void whatWasReachedIsNotDisplacedUntilItFails() {
    for (int i = 0; i < 20; i++) {
      peers.add(spread(i), source("one"), now());
      contact(spread(i)).reached(millis);
    }
    assertThat(peers.add(spread(20), source("one"), now())).isEqualTo(Addition.SOURCE_FULL);
    assertThat(Addition.SOURCE_FULL.limit()).isEqualTo("discovery.per-source");

    contact(spread(5)).idle(1, 0);
    assertThat(peers.add(spread(20), source("one"), now())).isEqualTo(Addition.NEW);
    assertThat(peers.find(spread(5))).isNull();
  }

  @Test
  void aNetworkHasRoomForItsShareAndOnlyItsOwnSourceDisplacesThere() {
    for (int i = 0; i < 10; i++) {
      peers.add(Address.ws("9.9." + i + ".1", 1), source("honest"), now());
    }
    Address next = Address.ws("9.9.77.1", 1);
    assertThat(peers.add(next, source("other"), now())).isEqualTo(Addition.NETWORK_FULL);
    assertThat(peers.add(Address.ws("9.8.0.1", 1), source("other"), now())).isEqualTo(Addition.NEW);
    assertThat(peers.add(next, source("honest"), now())).isEqualTo(Addition.NEW);
    assertThat(peers.learned()).isEqualTo(11);
  }

  @Test
  void aNodeHasRoomForFewAddresses() {
    for (int i = 0; i < 3; i++) {
      Address address = Address.parse("ws://" + NODE + "@" + i + "9.0.0.1:1");
      assertThat(peers.add(address, source("one"), now())).isEqualTo(Addition.NEW);
      contact(address).reached(millis);
    }
    Address fourth = Address.parse("ws://" + NODE + "@88.0.0.1:1");
    assertThat(peers.add(fourth, source("one"), now())).isEqualTo(Addition.NODE_FULL);
    assertThat(peers.contacts(NODE)).hasSize(3);
  }

  @Test
  void floodsFromManySourcesLeaveEachItsFairPart() {
    for (int i = 0; i < 4; i++) {
      peers.add(spread(i), source("honest"), now());
    }
    var random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      millis++;
      peers.add(spread(100 + random.nextInt(30_000)), source("flood " + i % 8), now());
    }
    assertThat(peers.learned()).isEqualTo(100);
    for (int i = 0; i < 4; i++) {
      assertThat(peers.find(spread(i))).as("honest %d", i).isNotNull();
    }
  }

  @Test
  void whatIsDialledOrConnectedIsNotDisplaced() {
    for (int i = 0; i < 20; i++) {
      peers.add(spread(i), source("one"), now());
      contact(spread(i)).pending();
    }
    assertThat(peers.add(spread(20), source("one"), now())).isEqualTo(Addition.SOURCE_FULL);
  }

  @Test
  void forgetsWhatNobodyTellsOfAnyMore() {
    peers.add(spread(1), source("one"), now());
    peers.add(spread(2), source("one"), now());
    peers.add(spread(3), Source.PHONEBOOK, now());
    contact(spread(2)).reached(millis);
    millis += 24 * HOUR;
    peers.expire(millis);
    assertThat(peers.learned()).isEqualTo(3);
    millis++;
    peers.expire(millis);
    assertThat(peers.find(spread(1))).isNull();
    assertThat(peers.learned()).isEqualTo(2);
    millis += 720 * HOUR;
    peers.expire(millis);
    assertThat(peers.contacts()).singleElement().extracting(Contact::address).isEqualTo(spread(3));
  }

  @Test
  void whatIsToldAgainStays() {
    peers.add(spread(1), source("one"), now());
    millis += 20 * HOUR;
    peers.add(spread(1), source("two"), now());
    millis += 20 * HOUR;
    peers.expire(millis);
    assertThat(contact(spread(1)).source().group()).isEqualTo("one");
  }

  private Contact contact(Address address) {
    Contact contact = peers.find(address);
    assertThat(contact).as(address.toString()).isNotNull();
    return contact;
  }

  private Moment now() {
    return new Moment(0, millis);
  }

  private static Source source(String group) {
    return new Source(Source.Kind.EXCHANGED, "x", group);
  }

  /** Each in a network of its own. */
  private static Address spread(int number) {
    return Address.ws((1 + number / 256) + "." + number % 256 + ".0.1", 4_160);
  }
}
