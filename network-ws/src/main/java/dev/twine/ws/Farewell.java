package dev.twine.ws;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import java.util.concurrent.TimeUnit;

/**
 * Ends a connection so that its last words are read.
 *
 * <p>A socket that is closed with bytes unread resets the connection, and a reset destroys what the
 * other end has received and not read yet. So this side ends its half only, what still comes in is
 * read by the handlers and thrown away, and the connection closes when the other end closes its half,
 * or after a wait.
 */
final class Farewell {
  /** How long the other end has to read the last words and to close. */
  static final long WAIT_MILLIS = 1_000;

  private Farewell() {}

  /**
   * Ends this side's half when the last words are written, and the connection a while later.
   *
   * @param lastWords the write after which nothing more is written
   */
  static void after(ChannelFuture lastWords) {
    Channel channel = lastWords.channel();
    channel.config().setAutoRead(true);
    closeLater(channel);
    lastWords.addListener(written -> {
      if (written.isSuccess()) {
        endOutput(channel);
      } else {
        channel.close();
      }
    });
  }

  /** Closes a connection whose other end has been asked to close it first, if it does not. */
  static void closeLater(Channel channel) {
    var timer =
        channel.eventLoop().schedule(() -> channel.close(), WAIT_MILLIS, TimeUnit.MILLISECONDS);
    // Else the timer would keep the channel and all that hangs on it.
    channel.closeFuture().addListener(closed -> timer.cancel(false));
  }

  private static void endOutput(Channel channel) {
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls == null) {
      endHalf(channel);
    } else {
      tls.closeOutbound().addListener(alerted -> endHalf(channel));
    }
  }

  private static void endHalf(Channel channel) {
    if (channel instanceof DuplexChannel both && both.isActive()) {
      both.shutdownOutput().addListener(ended -> {
        if (!ended.isSuccess()) {
          channel.close();
        }
      });
    } else {
      channel.close();
    }
  }
}
