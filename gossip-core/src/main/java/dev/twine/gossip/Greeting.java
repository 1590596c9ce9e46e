package dev.twine.gossip;

import dev.twine.network.Tag;

/** A message to send as soon as the session is open. The body is shared, so nobody writes to it. */
public record Greeting(Tag tag, byte[] body) {}
