package dev.twine.gossip;

import io.netty.channel.Channel;

/** What a session needs of its connection besides messages. Called on the channel's loop. */
public interface SessionControl {
  /** Sends a ping; its answer comes back as {@link SessionSignal.Pong} with the same id. */
  void ping(Channel channel, long id);

  /** Tells the other end why, if the transport can, then closes the channel, within a few seconds. */
  void close(Channel channel, CloseReason reason);
}
