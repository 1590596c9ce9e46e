package dev.twine.libp2p.core.upgrade;

import dev.twine.identity.NodeKey;
import dev.twine.libp2p.core.HandshakeExtension;
import dev.twine.libp2p.core.Limits;
import dev.twine.libp2p.core.MuxerProtocol;
import dev.twine.libp2p.core.Refusals;
import dev.twine.libp2p.core.SecureProtocol;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How a host upgrades its connections.
 *
 * @param security in order of preference
 * @param muxers in order of preference
 * @param earlyMuxer whether the multiplexer may be agreed on in the security handshake
 * @param crypto where signatures are made and checked
 * @param extension makes the additional data of each handshake; null for none
 */
public record UpgradeSettings(
    NodeKey key,
    List<SecureProtocol> security,
    List<MuxerProtocol> muxers,
    boolean earlyMuxer,
    Executor crypto,
    Limits limits,
    PeerMemory memory,
    Refusals refusals,
    @Nullable Supplier<HandshakeExtension> extension) {
  public UpgradeSettings {
    security = List.copyOf(security);
    muxers = List.copyOf(muxers);
  }

  List<String> securityIds() {
    return security.stream().map(SecureProtocol::id).toList();
  }

  List<String> muxerIds() {
    return muxers.stream().map(MuxerProtocol::id).toList();
  }

  SecureProtocol security(String id) {
    return security.stream().filter(one -> one.id().equals(id)).findFirst().orElseThrow();
  }

  MuxerProtocol muxer(String id) {
    return muxers.stream().filter(one -> one.id().equals(id)).findFirst().orElseThrow();
  }
}
