package dev.twine.node.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One stack on one path, its two processes connected. For one thread. */
final class Contestant implements AutoCloseable {
  /** What no measurement is slower than: 1 MiB/s. */
  private static final long SLOWEST_BYTES_PER_MILLI = (1 << 20) / 1000;

  private final String name;
  private final Pair pair;
  private final Scenario.Link link;

  private Contestant(String name, Pair pair, Scenario.Link link) {
    this.name = name;
    this.pair = pair;
    this.link = link;
  }

  /**
   * Connects two processes and takes them over.
   *
   * @param relays stand between the two
   */
  static Contestant connect(String name, Pair pair, ContestPlan plan, Relays relays)
      throws InterruptedException {
    String peer = pair.dial(relays.reach(pair.listen()));
    var peers = new ArrayList<String>();
    var receivers = new ArrayList<String>();
    if (plan.receivers() > 0) {
      JsonNode more =
          pair.server().ask(Pair.command("receivers").put("count", plan.receivers()), Pair.SOON);
      more.path("addresses").forEach(one -> receivers.add(relays.reach(one.asText())));
      for (String receiver : plan.connectsReceivers() ? receivers : List.<String>of()) {
        peers.add(pair.dial(receiver));
      }
    }
    return new Contestant(name, pair, new Scenario.Link(peer, peers, receivers));
  }

  /** Takes one measurement and checks that what the client counted is what the server has read. */
  ContestRow.Sample measure(Scenario scenario, ContestPlan plan) throws InterruptedException {
    Duration deadline = Pair.SOON
        .multipliedBy(2)
        .plus(plan.duration())
        .plusMillis(plan.bytes() / SLOWEST_BYTES_PER_MILLI);
    ObjectNode command = scenario.command(plan, link).put("millis", deadline.toMillis());
    long receivedBefore = received();
    long compiledBefore = pair.compiledMillis();
    long serverBefore = pair.server().cpuNanos();
    long clientBefore = pair.client().cpuNanos();
    JsonNode answer = pair.client().ask(command, deadline.plus(Pair.SOON));
    long clientCpu = pair.client().cpuNanos() - clientBefore;
    long serverCpu = pair.server().cpuNanos() - serverBefore;
    long received = received() - receivedBefore;
    long compiled = pair.compiledMillis() - compiledBefore;
    long wanted = scenario.bytesReceived(plan, answer);
    if (received != wanted) {
      throw new TwineException(
          Code.REMOTE_ERROR,
          "the server of " + name + " has read another number of bytes than were sent",
          received + " of " + wanted,
          "this is a defect of what was measured; please report it");
    }
    // Both ends of bare handshakes are in the client's process.
    long ofServer = clientCpu * (1_000 - answer.path("clientPermille").asLong(1_000)) / 1_000;
    long nanos = answer.path("micros").asLong() * 1_000;
    return new ContestRow.Sample(
        scenario.amount(plan, answer),
        nanos,
        clientCpu - ofServer,
        serverCpu + ofServer,
        TimeUnit.MILLISECONDS.toNanos(compiled));
  }

  private long received() throws InterruptedException {
    return pair.server().ask(Pair.command("received"), Pair.SOON).path("bytes").asLong();
  }

  @Override
  public void close() {
    pair.close();
  }
}
