package dev.twine.node.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import dev.twine.node.child.Child;
import dev.twine.node.text.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The two processes of one stack on one path, connected. For one thread. */
final class Contestant implements AutoCloseable {
  private static final Duration SOON = Duration.ofSeconds(30);
  /** What no measurement is slower than: 1 MiB/s. */
  private static final long SLOWEST_BYTES_PER_MILLI = (1 << 20) / 1000;

  private final String name;
  private final Child server;
  private final Child client;
  private final Scenario.Link link;

  private Contestant(String name, Child server, Child client, Scenario.Link link) {
    this.name = name;
    this.server = server;
    this.client = client;
    this.link = link;
  }

  /**
   * Connects two processes and takes them over.
   *
   * @param relays stand between the two
   */
  static Contestant connect(String name, Child server, Child client, ContestPlan plan, Relays relays)
      throws InterruptedException {
    String address =
        relays.reach(server.ask(command("listen"), SOON).path("address").asText());
    String peer = dial(client, address);
    var peers = new ArrayList<String>();
    var receivers = new ArrayList<String>();
    if (plan.receivers() > 0) {
      JsonNode more = server.ask(command("receivers").put("count", plan.receivers()), SOON);
      more.path("addresses").forEach(one -> receivers.add(relays.reach(one.asText())));
      for (String receiver : plan.connectsReceivers() ? receivers : List.<String>of()) {
        peers.add(dial(client, receiver));
      }
    }
    return new Contestant(name, server, client, new Scenario.Link(peer, peers, receivers));
  }

  private static String dial(Child client, String address) throws InterruptedException {
    return client
        .ask(command("dial").put("address", address), SOON)
        .path("peer")
        .asText();
  }

  private static ObjectNode command(String name) {
    return Json.object().put("do", name).put("millis", SOON.toMillis());
  }

  /** Takes one measurement and checks that what the client counted is what the server has read. */
  ContestRow.Sample measure(Scenario scenario, ContestPlan plan) throws InterruptedException {
    Duration deadline = SOON.multipliedBy(2)
        .plus(plan.duration())
        .plusMillis(plan.bytes() / SLOWEST_BYTES_PER_MILLI);
    ObjectNode command = scenario.command(plan, link).put("millis", deadline.toMillis());
    long receivedBefore = received();
    long compiledBefore = compiledMillis();
    long serverBefore = server.cpuNanos();
    long clientBefore = client.cpuNanos();
    JsonNode answer = client.ask(command, deadline.plus(SOON));
    long clientCpu = client.cpuNanos() - clientBefore;
    long serverCpu = server.cpuNanos() - serverBefore;
    long received = received() - receivedBefore;
    long compiled = compiledMillis() - compiledBefore;
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

  private long compiledMillis() {
    return client.compiledMillis() + server.compiledMillis();
  }

  private long received() throws InterruptedException {
    return server.ask(command("received"), SOON).path("bytes").asLong();
  }

  @Override
  public void close() {
    client.close();
    server.close();
  }
}
