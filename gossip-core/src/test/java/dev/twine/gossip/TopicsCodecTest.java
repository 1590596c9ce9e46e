package dev.twine.gossip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twine.network.Topics;
import dev.twine.network.Topics.Topic;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopicsCodecTest {
  @Test
  void readsBackWhatItWroteForAThousandRandomTopics() {
    var random = new Random(1);
    for (int round = 0; round < 1_000; round++) {
      List<Topic> topics = topics(random);
      byte[] encoded = TopicsCodec.encode(topics);
      List<Topic> read = TopicsCodec.decode(encoded);

      assertThat(TopicsCodec.encode(read)).isEqualTo(encoded);
      assertThat(read.stream().map(Topic::key))
          .isEqualTo(topics.stream().map(Topic::key).toList());
    }
  }

  @Test
  void refusesEveryProperPrefixAndEveryByteBehindTheEnd() {
    byte[] encoded = TopicsCodec.encode(topics(new Random(7)));
    for (int length = 0; length < encoded.length; length++) {
      byte[] prefix = Arrays.copyOf(encoded, length);
      assertThatThrownBy(() -> TopicsCodec.decode(prefix)).isInstanceOf(BadMessageException.class);
    }
    assertThatThrownBy(() -> TopicsCodec.decode(Arrays.copyOf(encoded, encoded.length + 1)))
        .hasMessage("bytes after the last topic");
  }

  @Test
  void takesThirtyTwoTopicsAndNotOneMore() {
    byte[] encoded = TopicsCodec.encode(copies(32));
    assertThat(TopicsCodec.decode(encoded)).hasSize(32);
    assertThatThrownBy(() -> TopicsCodec.encode(copies(33)))
        .isInstanceOf(IllegalArgumentException.class);

    byte[] oneMore = Arrays.copyOf(encoded, encoded.length + 3);
    oneMore[0] = 33;
    System.arraycopy(encoded, 1, oneMore, encoded.length, 3);
    assertThatThrownBy(() -> TopicsCodec.decode(oneMore)).hasMessage("more than 32 topics");
  }

  @Test
  void takesKeysOfSixtyFourBytesAndNotOneMore() {
    byte[] body = new byte[1 + 1 + 65 + 1];
    Arrays.fill(body, (byte) 'k');
    body[0] = 1;
    body[1] = 64;
    body[1 + 1 + 64] = 0;
    assertThat(TopicsCodec.decode(Arrays.copyOf(body, 67)).get(0).key()).hasSize(64);

    body[1] = 65;
    body[66] = 'k';
    body[67] = 0;
    assertThatThrownBy(() -> TopicsCodec.decode(body)).hasMessageContaining("topic key");
  }

  @ParameterizedTest
  @CsvSource({
    "empty body,                       ''",
    "empty key,                        01 00 00",
    "key longer than the body,         01 05 6b",
    "value longer than the body,       01 01 6b 05 00",
    "value of 2^31,                    01 01 6b 80 80 80 80 08 00",
    "value of 2^63,                    01 01 6b 80 80 80 80 80 80 80 80 80 01",
    "length of more than 64 bits,      01 01 6b ff ff ff ff ff ff ff ff ff 02",
    "length of eleven bytes,           01 01 6b 80 80 80 80 80 80 80 80 80 80 00",
    "count of 2^64 - 1,                ff ff ff ff ff ff ff ff ff 01",
    "key that is not UTF-8,            01 01 ff 00",
    "key of 60 bytes that are no text, 01 02 c3 28 00",
  })
  void refusesWhatDoesNotFit(String what, String hex) {
    byte[] body = HexFormat.of().parseHex(hex.replace(" ", ""));
    assertThatThrownBy(() -> TopicsCodec.decode(body))
        .as(what)
        .isInstanceOf(BadMessageException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "0,                   00",
    "127,                 7f",
    "128,                 8001",
    "300,                 ac02",
    "-1,                  ffffffffffffffffff01",
    "9223372036854775807, ffffffffffffffff7f",
  })
  void writesNumbersAsUnsignedLeb128(long number, String hex) {
    var out = io.netty.buffer.Unpooled.buffer();
    Uvarint.write(number, out);
    assertThat(io.netty.buffer.ByteBufUtil.hexDump(out)).isEqualTo(hex);
    byte[] padded = Uvarint.padded(number);
    assertThat(padded).hasSize(10);
    assertThat(HexFormat.of().formatHex(padded)).isEqualTo((hex + "0".repeat(20)).substring(0, 20));
    assertThat(Uvarint.read(out)).isEqualTo(number);
    assertThat(Uvarint.read(io.netty.buffer.Unpooled.wrappedBuffer(padded))).isEqualTo(number);
  }

  @Test
  void aMessageOfTheApiFitsWithItsNonce() {
    var topics = new Topics(copies(Topics.MAX_ENTRIES));
    byte[] request = RequestCodec.encodeRequest(topics, 1);
    assertThat(RequestCodec.decodeRequest(request).topics()).isEqualTo(topics);
  }

  private static List<Topic> copies(int count) {
    var topics = new ArrayList<Topic>();
    for (int i = 0; i < count; i++) {
      topics.add(new Topic("k", new byte[0]));
    }
    return topics;
  }

  private static List<Topic> topics(Random random) {
    var topics = new ArrayList<Topic>();
    for (int left = 1 + random.nextInt(32); left > 0; left--) {
      String key = "é".repeat(random.nextInt(16)) + "k".repeat(1 + random.nextInt(32));
      byte[] value = new byte[random.nextInt(300)];
      random.nextBytes(value);
      topics.add(new Topic(key, value));
    }
    return topics;
  }
}
