package dev.twine.gossip;

import dev.twine.network.Address;
import java.time.Duration;
import java.util.List;

/**
 * Which sessions a node opens by itself.
 *
 * @param fanout how many sessions it dials and keeps, static ones included
 * @param phonebook addresses to choose from
 * @param staticPeers addresses that are dialled for ever and whose sessions the mesh never gives up
 * @param backoffMin pause after the first failure at an address; doubles, with jitter
 * @param backoffMax longest pause
 * @param dialDeadline over one attempt: look-up, connection and handshake
 * @param feelerInterval between two dials of nodes that were lost, also while the mesh lacks nobody
 * @param p2pFirst whether the mesh fills with addresses of libp2p before those of WebSocket
 * @param seed of the jitter and of the choice among addresses
 */
public record MeshConfig(
    int fanout,
    List<Address> phonebook,
    List<Address> staticPeers,
    Duration backoffMin,
    Duration backoffMax,
    Duration dialDeadline,
    Duration feelerInterval,
    boolean p2pFirst,
    long seed) {
  /** As go-algorand's GossipFanout. */
  public static final int DEFAULT_FANOUT = 4;

  /** As Serf tries failed members: a dial costs little, and a minute apart is not yet long. */
  public static final Duration DEFAULT_FEELER_INTERVAL = Duration.ofSeconds(30);

  public MeshConfig {
    Limits.check("mesh.fanout", fanout, 0, 1_000);
    Limits.check("mesh.backoff-min", backoffMin, 1, 3_600_000);
    Limits.check("mesh.backoff-max", backoffMax, backoffMin.toMillis(), 3_600_000);
    Limits.check("mesh.dial-deadline", dialDeadline, 1, 300_000);
    Limits.check("mesh.feeler-interval", feelerInterval, 1_000, 3_600_000);
    phonebook = List.copyOf(phonebook);
    staticPeers = List.copyOf(staticPeers);
  }

  public static MeshConfig defaults() {
    return new MeshConfig(
        DEFAULT_FANOUT,
        List.of(),
        List.of(),
        Duration.ofSeconds(1),
        Duration.ofSeconds(60),
        Duration.ofSeconds(15),
        DEFAULT_FEELER_INTERVAL,
        false,
        System.nanoTime());
  }

  public MeshConfig withFanout(int fanout) {
    return new MeshConfig(
        fanout,
        phonebook,
        staticPeers,
        backoffMin,
        backoffMax,
        dialDeadline,
        feelerInterval,
        p2pFirst,
        seed);
  }

  public MeshConfig withPhonebook(List<Address> phonebook) {
    return new MeshConfig(
        fanout,
        phonebook,
        staticPeers,
        backoffMin,
        backoffMax,
        dialDeadline,
        feelerInterval,
        p2pFirst,
        seed);
  }

  public MeshConfig withStaticPeers(List<Address> staticPeers) {
    return new MeshConfig(
        fanout,
        phonebook,
        staticPeers,
        backoffMin,
        backoffMax,
        dialDeadline,
        feelerInterval,
        p2pFirst,
        seed);
  }

  public MeshConfig withBackoff(Duration min, Duration max) {
    return new MeshConfig(
        fanout, phonebook, staticPeers, min, max, dialDeadline, feelerInterval, p2pFirst, seed);
  }

  public MeshConfig withDialDeadline(Duration dialDeadline) {
    return new MeshConfig(
        fanout,
        phonebook,
        staticPeers,
        backoffMin,
        backoffMax,
        dialDeadline,
        feelerInterval,
        p2pFirst,
        seed);
  }

  public MeshConfig withFeelerInterval(Duration feelerInterval) {
    return new MeshConfig(
        fanout,
        phonebook,
        staticPeers,
        backoffMin,
        backoffMax,
        dialDeadline,
        feelerInterval,
        p2pFirst,
        seed);
  }

  public MeshConfig withP2pFirst(boolean p2pFirst) {
    return new MeshConfig(
        fanout,
        phonebook,
        staticPeers,
        backoffMin,
        backoffMax,
        dialDeadline,
        feelerInterval,
        p2pFirst,
        seed);
  }

  public MeshConfig withSeed(long seed) {
    return new MeshConfig(
        fanout,
        phonebook,
        staticPeers,
        backoffMin,
        backoffMax,
        dialDeadline,
        feelerInterval,
        p2pFirst,
        seed);
  }
}
