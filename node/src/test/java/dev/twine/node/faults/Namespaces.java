package dev.twine.node.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A small network of Linux namespaces: one for each process, and one in which two bridges connect
 * them, so that nothing is added to the namespace of the machine. All are on the first bridge; those
 * on the other one are apart, and packets between the two are lost without a word.
 */
final class Namespaces implements AutoCloseable {
  private static final String PREFIX = "twine-faults-";
  private static final int COMMAND_SECONDS = 20;

  private final String name = PREFIX + ProcessHandle.current().pid();
  private final List<String> made = new ArrayList<>();
  private final Thread atExit = new Thread(this::remove);

  private Namespaces() {
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /** Why there can be none here; empty if there can. */
  static Optional<String> missing() {
    if (!Files.isDirectory(Path.of("/proc/self/ns"))) {
      return Optional.of("this system has no network namespaces");
    }
    try {
      if (!ip("-V").isEmpty() && run(List.of("id", "-u")).strip().equals("0")) {
        String probe = PREFIX + "probe-" + ProcessHandle.current().pid();
        ip("netns", "add", probe);
        ip("netns", "del", probe);
        return Optional.empty();
      }
      return Optional.of("network namespaces need root");
    } catch (UncheckedIOException | IllegalStateException e) {
      return Optional.of("network namespaces cannot be made here: " + e.getMessage());
    }
  }

  static Namespaces create(int hosts) {
    removeLeftOver();
    var all = new Namespaces();
    try {
      all.add(all.name);
      for (String bridge : List.of("br0", "br1")) {
        all.hub("link", "add", bridge, "type", "bridge");
        all.hub("link", "set", bridge, "up");
      }
      for (int host = 0; host < hosts; host++) {
        all.addHost(host);
      }
      return all;
    } catch (RuntimeException e) {
      all.close();
      throw e;
    }
  }

  private void addHost(int host) {
    String own = name(host);
    add(own);
    hub("link", "add", port(host), "type", "veth", "peer", "name", "eth0", "netns", own);
    hub("link", "set", port(host), "master", "br0");
    hub("link", "set", port(host), "up");
    ip("-n", own, "addr", "add", address(host) + "/24", "dev", "eth0");
    ip("-n", own, "link", "set", "eth0", "up");
    ip("-n", own, "link", "set", "lo", "up");
  }

  /** Where a host can be reached by the others. */
  static String address(int host) {
    return "10.77.0." + (host + 1);
  }

  /** What comes before a command that is to run on that host. */
  List<String> inside(int host) {
    return List.of("ip", "netns", "exec", name(host));
  }

  /** Puts those hosts apart from the others. */
  void cut(Set<Integer> side) {
    side.forEach(host -> hub("link", "set", port(host), "master", "br1"));
  }

  /** Joins them again. */
  void heal(Set<Integer> side) {
    side.forEach(host -> hub("link", "set", port(host), "master", "br0"));
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(atExit);
    remove();
  }

  /** With a namespace go its devices, and the other end of each. */
  private synchronized void remove() {
    for (String one : made) {
      try {
        ip("netns", "del", one);
      } catch (IllegalStateException e) {
        System.err.println("namespace " + one + " stays: " + e.getMessage());
      }
    }
    made.clear();
  }

  /** Of a test whose process was killed. */
  private static void removeLeftOver() {
    ip("netns", "list")
        .lines()
        .map(line -> line.split(" ", 2)[0])
        .filter(one -> one.startsWith(PREFIX))
        .filter(one -> one.substring(PREFIX.length()).matches("[0-9]+(-[0-9]+)?"))
        .filter(one -> !isAlive(one.substring(PREFIX.length()).split("-", 2)[0]))
        .forEach(one -> ip("netns", "del", one));
  }

  private static boolean isAlive(String pid) {
    return ProcessHandle.of(Long.parseLong(pid)).filter(ProcessHandle::isAlive).isPresent();
  }

  private synchronized void add(String namespace) {
    ip("netns", "add", namespace);
    made.add(namespace);
  }

  private String name(int host) {
    return name + "-" + host;
  }

  private static String port(int host) {
    return "port" + host;
  }

  private void hub(String... args) {
    var all = new ArrayList<>(List.of("-n", name));
    all.addAll(Arrays.asList(args));
    ip(all.toArray(new String[0]));
  }

  private static String ip(String... args) {
    var command = new ArrayList<>(List.of("ip"));
    command.addAll(Arrays.asList(args));
    return run(command);
  }

  private static String run(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String said =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (!process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IllegalStateException(String.join(" ", command) + ": " + said);
      }
      return said;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
