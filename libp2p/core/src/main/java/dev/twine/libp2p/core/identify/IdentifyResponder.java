package dev.twine.libp2p.core.identify;

import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.StreamChannel;
import dev.twine.libp2p.core.StreamProtocol;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Says who this is to whoever asks. */
final class IdentifyResponder implements StreamProtocol {
  /** Honest peers ask once; one more may come before the first stream has ended. */
  static final int MAX_INBOUND = 2;

  private final LocalMessage local;

  IdentifyResponder(LocalMessage local) {
    this.local = local;
  }

  @Override
  public List<String> ids() {
    return List.of(Identify.ID);
  }

  @Override
  public int maxInboundPerConnection() {
    return MAX_INBOUND;
  }

  @Override
  public void accept(StreamChannel stream, String negotiatedId, Connection connection) {
    byte[] observed = IdentifyCodec.encodeObserved(connection.remoteAddress());
    stream
        .pipeline()
        .addLast(new IdentifySender(local.bytes(), observed, new CompletableFuture<>()));
  }
}
