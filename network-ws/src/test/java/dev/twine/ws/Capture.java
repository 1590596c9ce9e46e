package dev.twine.ws;

import dev.twine.gossip.Envelope;
import dev.twine.gossip.GossipConfig;
import dev.twine.gossip.MeshConfig;
import dev.twine.gossip.TagTable;
import dev.twine.network.Address;
import dev.twine.network.GossipNode;
import dev.twine.network.PeerRef;
import dev.twine.network.Registration;
import dev.twine.network.Tag;
import dev.twine.network.Topics;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * What an honest Twine client says to the node under attack: its upgrade request, and one message of
 * every kind that it has to say.
 *
 * @param upgrade the request, its empty line included
 * @param messages tag and body of each message, in order
 */
record Capture(byte[] upgrade, List<byte[]> messages) {
  private static final Duration SOON = Duration.ofSeconds(15);
  /** Large enough that a node which has it tells its peers not to send it. */
  private static final int ANNOUNCED = 6_000;

  private static final List<String> WANTED =
      List.of("AV", "MI", "MS", "PP", "TS", "TX", "UE", "td", "tq", "tw");

  /**
   * Lets a client do everything once, with a proxy between it and the node.
   *
   * @param challenges whether it expects that very node and challenges it, so that it proves itself
   *     by {@code NI}; otherwise it does so by {@code tp}
   */
  static Capture of(HostileNetwork network, boolean challenges) throws Exception {
    var wanted = new TreeSet<>(WANTED);
    wanted.add(challenges ? "NI" : "tp");
    GossipConfig config = HostileNetwork.config();
    try (var proxy = new RecordingProxy(network.port());
        GossipNode helper = WsNetwork.create(config, WsConfig.listening("127.0.0.1", 0))) {
      helper.start();
      String name = challenges ? network.target.nodeId() + "@" : "";
      Address address = Address.parse("ws://" + name + "127.0.0.1:" + proxy.port());
      var answers = List.of(
          network.target.answer(TagTable.UE, (request, via) -> answer()),
          network.target.answer(TagTable.REQUEST, (request, via) -> answer()));
      try (GossipNode client = client(address, helper.addresses().get(0))) {
        HostileNetwork.await(SOON, "a client through a proxy", () -> network.identified() == 3);
        HostileNetwork.await(
            SOON,
            "which knows that node and a helper",
            () -> 2
                == client.peers().list().stream()
                    .filter(peer -> peer.nodeId() != null)
                    .count());
        talk(network.target, client, helper);
        HostileNetwork.await(
            SOON,
            () -> "one of each of " + wanted + ", not only " + tags(parse(proxy.recorded())),
            () -> tags(parse(proxy.recorded())).containsAll(wanted));
      }
      answers.forEach(Registration::close);
      return parse(proxy.recorded());
    }
  }

  private static GossipNode client(Address... addresses) {
    var mesh = MeshConfig.defaults().withStaticPeers(List.of(addresses));
    GossipNode client = WsNetwork.create(HostileNetwork.config().withMesh(mesh), WsConfig.client());
    client.answer(TagTable.UE, (request, via) -> answer());
    client.start();
    return client;
  }

  private static CompletableFuture<Topics> answer() {
    return CompletableFuture.completedFuture(Topics.of("blockData", "x".repeat(300)));
  }

  private static void talk(GossipNode target, GossipNode client, GossipNode helper)
      throws Exception {
    PeerRef toTarget = PeerRef.of(target.nodeId());
    PeerRef toClient = PeerRef.of(client.nodeId());
    client.broadcast(TagTable.AV, text("vote ".repeat(40)));
    client.broadcast(TagTable.TX, text("transaction"));
    client.broadcast(TagTable.PP, text("proposal ".repeat(500)));
    byte[] id = new byte[Envelope.ID_BYTES];
    id[0] = 1;
    var envelope =
        Envelope.of(id, Envelope.BROADCAST, Instant.now(), client.nodeId(), text("hello"));
    client.broadcast(TagTable.ENVELOPE, envelope.encode());
    client.send(toTarget, TagTable.TX, text("direct"));
    // Relayed by the client, and announced to the node before.
    helper.broadcast(TagTable.TX, text("l".repeat(ANNOUNCED)));
    ask(client, toTarget, TagTable.UE);
    ask(client, toTarget, TagTable.REQUEST);
    ask(target, toClient, TagTable.UE);
  }

  private static void ask(GossipNode node, PeerRef peer, Tag tag) throws Exception {
    byte[] round = new byte[10];
    Topics request = Topics.of("roundKey", round).with("requestDataType", text("blockAndCert"));
    node.request(peer, tag, request, SOON).get(SOON.toSeconds(), TimeUnit.SECONDS);
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  static Set<String> tags(Capture capture) {
    var tags = new TreeSet<String>();
    for (byte[] message : capture.messages) {
      tags.add(new String(message, 0, Tag.LENGTH, StandardCharsets.US_ASCII));
    }
    return tags;
  }

  /** Takes apart what was sent so far; a frame that is not complete yet is left out. */
  static Capture parse(byte[] sent) {
    String text = new String(sent, StandardCharsets.ISO_8859_1);
    int end = text.indexOf("\r\n\r\n") + 4;
    byte[] upgrade = java.util.Arrays.copyOf(sent, end < 4 ? 0 : end);
    var messages = new ArrayList<byte[]>();
    ByteBuffer rest = ByteBuffer.wrap(sent, upgrade.length, sent.length - upgrade.length);
    for (PlainFrame frame = PlainFrame.read(rest); frame != null; frame = PlainFrame.read(rest)) {
      if (frame.opcode() == FrameHeader.BINARY) {
        messages.add(frame.payload());
      }
    }
    return new Capture(upgrade, List.copyOf(messages));
  }
}
