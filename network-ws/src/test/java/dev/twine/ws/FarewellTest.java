package dev.twine.ws;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DuplexChannel;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FarewellTest {
  private final Duplex channel = new Duplex();
  private final ChannelPromise lastWords = channel.newPromise();

  @AfterEach
  void stop() {
    channel.finishAndReleaseAll();
  }

  @Test
  void theHalfEndsWhenTheLastWordsAreWrittenAndNotBefore() {
    Farewell.after(lastWords);
    assertThat(channel.outputEnded).isFalse();

    lastWords.setSuccess();

    assertThat(channel.outputEnded).isTrue();
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
    channel.advanceTimeBy(Farewell.WAIT_MILLIS - 1, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    assertThat(channel.isOpen()).isTrue();

    channel.advanceTimeBy(1, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void lastWordsThatAreNeverWrittenHoldTheConnectionNoLonger() {
    channel.freezeTime();
    Farewell.after(lastWords);
    channel.advanceTimeBy(Farewell.WAIT_MILLIS, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();

    assertThat(channel.isOpen()).isFalse();
    assertThat(channel.outputEnded).isFalse();
  }

  @Test
  void lastWordsThatCannotBeWrittenEndTheConnectionAtOnce() {
    Farewell.after(lastWords);
    lastWords.setFailure(new IOException("broken"));

    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void noTimerOutlivesTheConnection() {
    Farewell.after(lastWords.setSuccess());
    channel.close();

    assertThat(channel.runScheduledPendingTasks()).isEqualTo(-1);
  }

  /** A channel whose halves end apart, as those of sockets do. */
  private static final class Duplex extends EmbeddedChannel implements DuplexChannel {
    private boolean outputEnded;

    @Override
    public ChannelFuture shutdownOutput() {
      return shutdownOutput(newPromise());
    }

    @Override
    public ChannelFuture shutdownOutput(ChannelPromise promise) {
      outputEnded = true;
      return promise.setSuccess();
    }

    @Override
    public boolean isOutputShutdown() {
      return outputEnded;
    }

    @Override
    public boolean isInputShutdown() {
      return false;
    }

    @Override
    public boolean isShutdown() {
      return false;
    }

    @Override
    public ChannelFuture shutdownInput() {
      throw new UnsupportedOperationException();
    }

    @Override
    public ChannelFuture shutdownInput(ChannelPromise promise) {
      throw new UnsupportedOperationException();
    }

    @Override
    public ChannelFuture shutdown() {
      throw new UnsupportedOperationException();
    }

    @Override
    public ChannelFuture shutdown(ChannelPromise promise) {
      throw new UnsupportedOperationException();
    }
  }
}
