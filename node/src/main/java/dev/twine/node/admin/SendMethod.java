package dev.twine.node.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twine.gossip.Envelope;
import dev.twine.gossip.TagTable;
import dev.twine.network.PeerRef;
import dev.twine.network.Receipt;
import dev.twine.network.Tag;
import dev.twine.network.TagSpec;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import dev.twine.node.config.AuthorCheck;
import dev.twine.node.text.Json;
import dev.twine.node.text.Rate;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** The call {@code message.send}: one message, or many at a rate. */
final class SendMethod implements RpcMethod {
  private static final int MAX_COUNT = 100_000_000;
  /** Messages that may wait for the write loops at a time; the lanes hold many times that. */
  private static final int WINDOW = 64;

  private static final Duration QUEUED_DEADLINE = Duration.ofSeconds(5);

  /** Sessions are numbered from 1. */
  private static final PeerRef NOBODY = new PeerRef.Session(0);

  private final ManagedNode managed;
  private final SecureRandom random = new SecureRandom();

  SendMethod(ManagedNode managed) {
    this.managed = managed;
  }

  @Override
  public JsonNode call(Params params, BooleanSupplier gone) throws InterruptedException {
    Optional<Tag> tag = params.optionalText("tag").map(SendMethod::tag);
    Optional<PeerRef> to = params.optionalText("to").map(text -> Params.peer(text, "peer"));
    int count = (int) params.number("count", 1, 1, MAX_COUNT);
    double rate = params.decimal("ratePerSecond", Double.POSITIVE_INFINITY);
    if (Double.isNaN(rate) || rate <= 0) {
      throw new TwineException(Code.BAD_VALUE, "not a rate", "" + rate, "give one above zero");
    }
    // A mistake of the caller's whoever is there.
    tag.ifPresent(this::requireKnown);
    int peers = requirePeer(to);
    var tally = new Tally();
    if (params.json().has("size")) {
      int size = (int) params.number("size", 0, 0, TagSpec.MAX_BYTES);
      var bodies = new DistinctBodies(size, count, tag.isPresent(), random);
      long interval = Double.isInfinite(rate) ? 0 : new Rate(rate).intervalNanos();
      sendMany(tally, bodies, count, interval, gone, body -> offer(tag, to, body));
    } else {
      tally.count(offer(tag, to, body(params)));
    }
    return tally.json(peers);
  }

  private void requireKnown(Tag tag) {
    Receipt nothing = managed.node().send(NOBODY, tag, new byte[0]);
    if (nothing.refusal().equals(Optional.of(Receipt.Refusal.UNKNOWN_TAG))) {
      throw unknown(tag);
    }
  }

  private static TwineException unknown(Tag tag) {
    return new TwineException(
        Code.BAD_VALUE, "unknown tag", tag.toString(), "define it in [tags] of this node");
  }

  private int requirePeer(Optional<PeerRef> to) {
    var peers = managed.node().peers().list();
    if (peers.isEmpty()) {
      throw new TwineException(
          Code.NO_SUCH_PEER, "no peers", "0 sessions", "connect to one: twine peers connect ADDR");
    }
    return to.isPresent() ? 1 : peers.size();
  }

  private void sendMany(
      Tally tally,
      DistinctBodies bodies,
      int count,
      long interval,
      BooleanSupplier gone,
      java.util.function.Function<byte[], Receipt> sender)
      throws InterruptedException {
    long start = System.nanoTime();
    for (int i = 0; i < count && !gone.getAsBoolean(); i++) {
      long wait = start + i * interval - System.nanoTime();
      if (interval > 0 && wait > 0) {
        TimeUnit.NANOSECONDS.sleep(wait);
      }
      Receipt receipt = sender.apply(bodies.next());
      tally.count(receipt);
      if (receipt.accepted() && (interval > 0 || i % WINDOW == WINDOW - 1)) {
        receipt.awaitQueued(QUEUED_DEADLINE);
      }
    }
  }

  private Receipt offer(Optional<Tag> tag, Optional<PeerRef> to, byte[] body) {
    byte[] payload = tag.isPresent() ? body : envelope(to, body);
    Tag used = tag.orElse(TagTable.ENVELOPE);
    if (used.equals(TagTable.ENVELOPE) && tag.isPresent() && !AuthorCheck.isHonest(payload)) {
      throw new TwineException( // Neighbours would end their sessions with this node.
          Code.BAD_VALUE,
          "not an envelope",
          payload.length + " bytes under the tag " + used,
          "leave out the tag, and the node makes an envelope of them");
    }
    Receipt receipt = to.isPresent()
        ? managed.node().send(to.get(), used, payload)
        : managed.node().broadcast(used, payload);
    Receipt.Refusal refusal = receipt.refusal().orElse(null);
    if (refusal == Receipt.Refusal.UNKNOWN_TAG) {
      throw unknown(used);
    }
    if (refusal == Receipt.Refusal.NO_SUCH_PEER) {
      throw PeerMethods.noSuchPeer(to.orElseThrow());
    }
    return receipt;
  }

  private byte[] envelope(Optional<PeerRef> to, byte[] body) {
    int type = to.isPresent() ? Envelope.DIRECT : Envelope.BROADCAST;
    return Envelope.of(
            Envelope.newId(random), type, Instant.now(), managed.node().nodeId(), body)
        .signed(managed.key())
        .encode();
  }

  private static byte[] body(Params params) {
    Optional<String> base64 = params.optionalText("base64");
    if (base64.isEmpty()) {
      return params.text("text").getBytes(StandardCharsets.UTF_8);
    }
    try {
      return Base64.getDecoder().decode(base64.get());
    } catch (IllegalArgumentException e) {
      throw new RpcException(RpcException.INVALID_PARAMS, "base64 is malformed");
    }
  }

  private static Tag tag(String text) {
    try {
      return Tag.of(text);
    } catch (IllegalArgumentException e) {
      throw new TwineException(
          Code.BAD_VALUE, "not a tag", text, "give two printable ASCII characters", e);
    }
  }

  /** What became of the messages of one call. */
  private static final class Tally {
    private final Map<Receipt.Refusal, Integer> reasons = new EnumMap<>(Receipt.Refusal.class);
    private int accepted;
    private int refused;

    void count(Receipt receipt) {
      if (receipt.accepted()) {
        accepted++;
      } else {
        refused++;
        reasons.merge(receipt.refusal().orElseThrow(), 1, Integer::sum);
      }
    }

    ObjectNode json(int peers) {
      ObjectNode json = Json.object().put("accepted", accepted).put("refused", refused);
      ObjectNode counts = json.putObject("reasons");
      reasons.forEach((reason, count) -> counts.put(reason.name(), count));
      return json.put("peers", peers);
    }
  }
}
