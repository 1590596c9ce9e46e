package dev.twine.gossip;

import dev.twine.broadcaster.Broadcaster;
import dev.twine.network.Message;
import dev.twine.network.NodeEvent;
import java.security.SecureRandom;
import java.util.Set;

/** What every part of one node shares. */
record Core(
    GossipConfig config,
    LocalNode local,
    TagRegistry tags,
    NodeClock clock,
    Counters counters,
    NodeExecutors executors,
    Completions completions,
    Watchers<NodeEvent> events,
    Watchers<Message> taps,
    DuplicateFilter duplicates,
    Broadcaster broadcaster,
    InflowTotal inflow) {
  /** The parts of a new node, with the broadcaster's thread running. */
  static Core create(GossipConfig config) {
    var random = new SecureRandom();
    var counters = new Counters();
    NodeClock clock = config.shared().clock() == null
        ? new SystemClock("twine-timer")
        : config.shared().clock();
    Limits limits = config.bounds().limits();
    var executors = new NodeExecutors(limits);
    Limits.Observers watching = limits.observers();
    return new Core(
        config,
        local(config, random),
        new TagRegistry(TagTable.with(config.traffic().tags()), counters),
        clock,
        counters,
        executors,
        new Completions(executors.answers, limits.requests().waiting(), counters),
        new Watchers<>(
            executors.events,
            watching.events(),
            Long.MAX_VALUE,
            counters.of(Counters.WATCH_MISSED, "of", "events")),
        new Watchers<>(
            executors.taps,
            watching.tapMessages(),
            watching.tapBytes(),
            counters.of(Counters.WATCH_MISSED, "of", "messages")),
        new DuplicateFilter(
            limits.inbound().duplicates().ids(),
            limits.inbound().duplicates().ttl(),
            random,
            clock.nanoTime()),
        new Broadcaster(
            config.bounds().lanes(), clock::nanoTime, NodeThread.factory("twine-broadcaster")),
        new InflowTotal(limits.inbound().total()));
  }

  private static LocalNode local(GossipConfig config, SecureRandom random) {
    return new LocalNode(
        config.self().key(),
        config.self().networkId(),
        config.self().agent(),
        NodeRandom.create(random),
        Set.of(LocalNode.TWINE1, LocalNode.PPZSTD),
        config.self().publicAddress());
  }

  Limits limits() {
    return config.bounds().limits();
  }

  void event(NodeEvent event) {
    events.show(event, 1);
  }
}
