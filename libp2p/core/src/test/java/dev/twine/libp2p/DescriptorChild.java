package dev.twine.libp2p;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.SECONDS;

import dev.twine.libp2p.core.DescriptorLimits;
import dev.twine.libp2p.core.Limits;
import dev.twine.libp2p.core.StreamRequest;
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.List;

/**
 * Hosts in a process that may open few files. Told line by line what to do, and says when it has:
 * {@code fill} takes every descriptor that is left, {@code free} gives them back, {@code stats}
 * shows what was refused. Without a descriptor no class can be loaded, so it first does all that it
 * will have to do.
 */
final class DescriptorChild {
  private static final List<FileInputStream> FILES = new ArrayList<>();

  private DescriptorChild() {}

  public static void main(String[] arguments) throws Exception {
    var descriptors = DescriptorLimits.defaults().withReserved(Integer.parseInt(arguments[0]));
    Limits limits = Limits.defaults();
    Limits roomy =
        limits.with(descriptors).with(limits.host().handshakes().withPending(1_000, 1_000));
    List<Host> hosts = new ArrayList<>();
    for (int i = 0; i < Integer.parseInt(arguments[1]); i++) {
      hosts.add(Host.builder()
          .listen("/ip4/127.0.0.1/tcp/0")
          .protocol(new Echo())
          .limits(roomy)
          .start());
      rehearse(hosts.get(i));
    }
    for (Host host : hosts) {
      say("ready " + host.id() + " " + host.addresses().get(0));
    }
    var in = new BufferedReader(new InputStreamReader(System.in, US_ASCII));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      obey(line, hosts);
    }
    hosts.forEach(Host::close);
  }

  private static void obey(String line, List<Host> hosts) throws IOException {
    switch (line) {
      case "fill" -> fill();
      case "free" -> free();
      default -> {
        // The statistics follow.
      }
    }
    StringBuilder answer = new StringBuilder(line);
    for (Host host : hosts) {
      answer.append(' ').append(host.stats().refusals());
    }
    int inbound = hosts.stream().mapToInt(host -> host.stats().inbound()).sum();
    say(answer + " inbound " + inbound + " open " + ProcessFiles.open());
  }

  private static void rehearse(Host host) throws Exception {
    try (Host client = Host.builder().start()) {
      var connection = client.connect(host.id(), host.addresses()).get(60, SECONDS);
      Collector collector = new Collector();
      connection.open(StreamRequest.of(Echo.ID, collector)).get(60, SECONDS).shutdownOutput();
      collector.ended().get(60, SECONDS);
    }
    fill();
    free();
    say("stats " + host.stats().refusals());
  }

  private static void fill() {
    boolean room = true;
    while (room) {
      try {
        FILES.add(new FileInputStream("/dev/null"));
      } catch (IOException full) {
        room = false;
      }
    }
  }

  private static void free() throws IOException {
    for (FileInputStream file : FILES) {
      file.close();
    }
    FILES.clear();
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
