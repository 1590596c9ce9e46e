package dev.twine.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelPromise;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FarewellTest {
  private final DuplexEmbeddedChannel channel = new DuplexEmbeddedChannel();
  private final ChannelPromise lastWords = channel.newPromise();

  @AfterEach
  void stop() {
    channel.finishAndReleaseAll();
  }

  @Test
  void theHalfEndsWhenTheLastWordsAreWrittenAndNotBefore() {
    Farewell.after(lastWords);
    assertThat(channel.isOutputShutdown()).isFalse();

    lastWords.setSuccess();

    assertThat(channel.isOutputShutdown()).isTrue();
    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  void whatStillComesInIsReadEvenIfReadingWasPaused() {
    channel.config().setAutoRead(false);
    Farewell.after(lastWords);

    assertThat(channel.config().isAutoRead()).isTrue();
  }

  @Test
  void anOtherEndThatDoesNotCloseIsClosedAfterTheWait() {
    channel.freezeTime();
    Farewell.after(lastWords.setSuccess());

    assertClosesAfter(Farewell.WAIT_MILLIS);
  }

  @Test
  void lastWordsThatAreNeverWrittenHoldTheConnectionNoLonger() {
    channel.freezeTime();
    Farewell.after(lastWords);

    assertClosesAfter(Farewell.WAIT_MILLIS);
    assertThat(channel.isOutputShutdown()).isFalse();
  }

  @Test
  void anEndThatIsStillWritingHasASecondMoreForEach64KiB() {
    channel.freezeTime();
    Farewell.after(lastWords.setSuccess());
    receive(3 * Farewell.BYTES_PER_SECOND);

    advance(Farewell.WAIT_MILLIS);
    assertClosesAfter(3_000);
  }

  @Test
  void anEndThatWritesAsFastAsAPathCarriesIsHeardOutToTheEndOfItsMessage() {
    channel.freezeTime();
    Farewell.after(lastWords.setSuccess());
    for (int second = 1; second < Farewell.MAX_SECONDS; second++) {
      receive(6 * (1 << 20) / Farewell.MAX_SECONDS);
      advance(1_000);
    }

    assertThat(channel.isOpen()).isTrue();
    assertClosesAfter(1_000);
  }

  @Test
  void aFewBytesNowAndThenBuyNoTime() {
    channel.freezeTime();
    Farewell.after(lastWords.setSuccess());
    receive(1);
    advance(Farewell.WAIT_MILLIS);
    receive(1);
    advance(200);

    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void asManyBytesAsTheBudgetAreReadAndOneMoreEndsIt() {
    Farewell.after(lastWords.setSuccess());
    receive((int) Farewell.MAX_BYTES);
    assertThat(channel.isOpen()).isTrue();

    receive(1);
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void whatComesGoesOnToTheHandlersBehind() {
    Farewell.closeLater(channel);
    receive(5);

    ByteBuf seen = channel.readInbound();
    assertThat(seen.readableBytes()).isEqualTo(5);
    seen.release();
  }

  @Test
  void lastWordsThatCannotBeWrittenEndTheConnectionAtOnce() {
    Farewell.after(lastWords);
    lastWords.setFailure(new IOException("broken"));

    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void itIsOverWhenBothHalvesHaveEndedInWhicheverOrder() {
    Farewell.after(lastWords.setSuccess());
    channel.endInput();
    assertThat(channel.isOpen()).isFalse();

    var other = new DuplexEmbeddedChannel();
    ChannelPromise words = other.newPromise();
    Farewell.after(words);
    other.endInput();
    assertThat(other.isOpen()).as("the last words are not out").isTrue();
    words.setSuccess();
    assertThat(other.isOpen()).isFalse();
  }

  @Test
  void noTimerOutlivesTheConnection() {
    Farewell.after(lastWords.setSuccess());
    channel.close();

    assertThat(channel.runScheduledPendingTasks()).isEqualTo(-1);
  }

  private void receive(int bytes) {
    channel.writeInbound(Unpooled.wrappedBuffer(new byte[bytes]));
  }

  private void advance(long millis) {
    channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
  }

  private void assertClosesAfter(long millis) {
    advance(millis - 1);
    assertThat(channel.isOpen()).isTrue();
    advance(1);
    assertThat(channel.isOpen()).isFalse();
  }
}
