package dev.twine.libp2p.core.yamux;

import io.netty.channel.ChannelId;

/** Cheaper than a random one, and it tells where the stream belongs. */
record StreamChannelId(ChannelId connection, int stream) implements ChannelId {
  private static final long serialVersionUID = 1L;

  @Override
  public String asShortText() {
    return connection.asShortText() + '/' + Integer.toUnsignedString(stream);
  }

  @Override
  public String asLongText() {
    return connection.asLongText() + '/' + Integer.toUnsignedString(stream);
  }

  @Override
  public int compareTo(ChannelId other) {
    if (other instanceof StreamChannelId that && connection.equals(that.connection)) {
      return Integer.compareUnsigned(stream, that.stream);
    }
    return asLongText().compareTo(other.asLongText());
  }
}
