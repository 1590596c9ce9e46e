package dev.twine.node.load;

import java.time.Duration;
import java.util.List;

/**
 * What a contest measures.
 *
 * @param contest who may take part
 * @param stacks Twine and baselines by name, in the order of the rows
 * @param paths what the connections are made of
 * @param bytes of an upload or download
 * @param duration of every other measurement
 * @param delay added to the round trip; zero for none
 * @param repeat measurements of each
 */
public record ContestPlan(
    Contest contest,
    List<String> stacks,
    List<Path> paths,
    List<Scenario> scenarios,
    long bytes,
    Duration duration,
    Duration delay,
    int repeat) {
  /**
   * What a connection is made of.
   *
   * @param transport tcp or ws
   * @param security noise or tls
   */
  public record Path(String transport, String security) {
    @Override
    public String toString() {
      return transport + " " + security;
    }
  }

  /** One thing that all stacks do in turns. */
  record Case(Contest contest, Path path, Scenario scenario) {}

  public ContestPlan {
    stacks = List.copyOf(stacks);
    paths = List.copyOf(paths);
    scenarios = List.copyOf(scenarios);
  }

  List<Case> cases() {
    return paths.stream()
        .flatMap(path -> scenarios.stream().map(scenario -> new Case(contest, path, scenario)))
        .filter(this::isNoRepetition)
        .toList();
  }

  /** Security alone is the same on every transport. */
  private boolean isNoRepetition(Case what) {
    return what.scenario().kind() != Scenario.Kind.SECURITY
        || what.path().transport().equals(paths.get(0).transport());
  }

  /** The stacks of a case: those without security are no other for every kind of it. */
  List<String> stacks(Case what) {
    return stacks.stream()
        .filter(stack -> contest.takesPart(stack, what.scenario()))
        .filter(stack -> takes(stack, what.path()))
        .toList();
  }

  /** Whether a stack is measured on a path. */
  boolean takes(String stack, Path path) {
    return contest.isSecured(stack) || path.equals(paths.get(0));
  }

  /** Whether a client is connected to the receivers too; handshakes are with those that are not. */
  boolean connectsReceivers() {
    return scenarios.stream().anyMatch(one -> one.kind() == Scenario.Kind.BROADCAST);
  }

  /** The receivers that the scenarios need beside the first host of a server. */
  int receivers() {
    return scenarios.stream().mapToInt(Scenario::receivers).max().orElse(0);
  }
}
