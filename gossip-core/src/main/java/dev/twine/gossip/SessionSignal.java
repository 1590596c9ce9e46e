package dev.twine.gossip;

/** What a transport fires as a user event through the pipeline of an open session. */
public sealed interface SessionSignal {
  /** The answer to the ping of that id. */
  record Pong(long id) implements SessionSignal {}

  /** The other end said that it closes; the channel goes inactive soon after. */
  record RemoteClosed(String reason) implements SessionSignal {}
}
