package dev.twine.gossip;

import dev.twine.network.Topics;
import dev.twine.network.Topics.Topic;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Requests ({@code UE}, {@code tq}) and their answers ({@code TS}) as topics.
 *
 * <p>A request carries a nonce, so that no two are equal; an answer carries the hash of the whole
 * request, by which the asker finds what it asked.
 */
final class RequestCodec {
  static final String NONCE = "nonce";
  static final String REQUEST_HASH = "RequestHash";
  static final String ERROR = "Error";

  private RequestCodec() {}

  /**
   * A request as it came.
   *
   * @param topics what is asked, without the nonce
   * @param hash to be given back with the answer
   */
  record Request(Topics topics, long hash) {}

  /**
   * An answer as it came.
   *
   * @param topics what is answered, without the hash
   * @param hash that of the request
   */
  record Answer(Topics topics, long hash) {
    /** What went wrong at the peer, if it says so: its text, neither escaped nor to be trusted. */
    Optional<String> error() {
      return topics.text(ERROR);
    }
  }

  static byte[] encodeRequest(Topics topics, long nonce) {
    return encode(topics, NONCE, nonce);
  }

  static byte[] encodeAnswer(Topics topics, long requestHash) {
    return encode(topics, REQUEST_HASH, requestHash);
  }

  static byte[] encodeError(String error, long requestHash) {
    return encodeAnswer(Topics.of(ERROR, error), requestHash);
  }

  /** The first eight bytes, little-endian, of the SHA-512/256 of an encoded request. */
  static long hash(byte[] encodedRequest) {
    byte[] digest = MessageSkip.sha512Over256().digest(encodedRequest);
    return ByteBuffer.wrap(digest).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  /**
   * Reads a request; one without a nonce is taken, as its hash is all that an answer needs.
   *
   * @throws BadMessageException if the topics are malformed or too many
   */
  static Request decodeRequest(byte[] body) {
    return new Request(without(NONCE, TopicsCodec.decode(body)), hash(body));
  }

  /**
   * Reads an answer.
   *
   * @throws BadMessageException if the topics are malformed or too many, or the hash is missing
   */
  static Answer decodeAnswer(byte[] body) {
    List<Topic> topics = TopicsCodec.decode(body);
    byte[] hash = topics.stream()
        .filter(topic -> topic.key().equals(REQUEST_HASH))
        .map(Topic::value)
        .findFirst()
        .orElseThrow(() -> new BadMessageException("answer without the hash of a request"));
    long requestHash = Uvarint.read(Unpooled.wrappedBuffer(hash));
    return new Answer(without(REQUEST_HASH, topics), requestHash);
  }

  private static byte[] encode(Topics topics, String key, long number) {
    var all = new ArrayList<>(topics.entries());
    all.add(new Topic(key, Uvarint.padded(number)));
    return TopicsCodec.encode(all);
  }

  private static Topics without(String key, List<Topic> topics) {
    List<Topic> rest = topics.stream().filter(topic -> !topic.key().equals(key)).toList();
    if (rest.size() > Topics.MAX_ENTRIES) {
      throw new BadMessageException("more than " + Topics.MAX_ENTRIES + " topics");
    }
    return new Topics(rest);
  }
}
