package dev.twine.gossip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twine.network.Topics;
import dev.twine.network.Topics.Topic;
import java.util.Collections;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class RequestCodecTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final Topics BLOCK = Topics.of("roundKey", Uvarint.padded(5))
      .with("requestDataType", "blockAndCert".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
  private static final String REQUEST = "0308726f756e644b65790a05000000000000000000"
      + "0f7265717565737444617461547970650c626c6f636b416e6443657274"
      + "056e6f6e63650a01000000000000000000";

  @Test
  void matchesTheBytesOfABlockRequest() {
    byte[] body = RequestCodec.encodeRequest(BLOCK, 1);
    assertThat(body).hasSize(67);
    assertThat(HEX.formatHex(body)).isEqualTo(REQUEST);
  }

  @Test
  void hashesTheRequestToTheKeyOfItsAnswer() {
    byte[] body = HEX.parseHex(REQUEST);
    assertThat(HEX.formatHex(MessageSkip.sha512Over256().digest(body)))
        .isEqualTo("be7b1fc44bc0a68c108be6d869e29d60a08bcd357bc354348129b8d6af62580c");
    assertThat(Long.toUnsignedString(RequestCodec.hash(body))).isEqualTo("10134999443089357758");
    assertThat(HEX.formatHex(Uvarint.padded(RequestCodec.hash(body))))
        .isEqualTo("bef7fda0bc89b0d38c01");
  }

  @Test
  void readsARequestWithoutItsNonceAndAnswersIt() {
    var request = RequestCodec.decodeRequest(HEX.parseHex(REQUEST));
    assertThat(request.topics()).isEqualTo(BLOCK);

    var answer = Topics.of("blockData", "b");
    var read = RequestCodec.decodeAnswer(RequestCodec.encodeAnswer(answer, request.hash()));
    assertThat(read.topics()).isEqualTo(answer);
    assertThat(read.hash()).isEqualTo(request.hash());
    assertThat(read.error()).isEmpty();
  }

  @Test
  void carriesAnErrorAsItsOneTopic() {
    var read = RequestCodec.decodeAnswer(RequestCodec.encodeError("no such round", 9));
    assertThat(read.error()).contains("no such round");
    assertThat(read.topics()).isEqualTo(Topics.of("Error", "no such round"));
  }

  @Test
  void refusesAnAnswerThatDoesNotSayWhatItAnswers() {
    byte[] none = TopicsCodec.encode(Topics.of("a", "b").entries());
    byte[] empty = TopicsCodec.encode(Topics.of("RequestHash", "").entries());
    assertThatThrownBy(() -> RequestCodec.decodeAnswer(none))
        .isInstanceOf(BadMessageException.class);
    assertThatThrownBy(() -> RequestCodec.decodeAnswer(empty))
        .isInstanceOf(BadMessageException.class);
  }

  @Test
  void refusesMoreTopicsThanTheApiCanShow() {
    byte[] body = TopicsCodec.encode(Collections.nCopies(31, new Topic("k", new byte[0])));
    assertThatThrownBy(() -> RequestCodec.decodeRequest(body))
        .isInstanceOf(BadMessageException.class)
        .hasMessage("more than 30 topics");
  }

  @Test
  void digestsTagAndBodyOfALargeMessage() {
    assertThat(HEX.formatHex(MessageSkip.digest(TagTable.TX.code(), new byte[5_000])))
        .isEqualTo("097bb72cf9cca362e64d0f20324b3f693eae142f924896220f78ab283ac897ed");
  }

  @Test
  void takesASkipMessageOfExactlyOneDigest() {
    assertThat(MessageSkip.decode(new byte[32])).hasSize(32);
    assertThatThrownBy(() -> MessageSkip.decode(new byte[31]))
        .isInstanceOf(BadMessageException.class);
    assertThatThrownBy(() -> MessageSkip.decode(new byte[33]))
        .isInstanceOf(BadMessageException.class);
  }
}
