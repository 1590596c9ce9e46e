package dev.twine.libp2p.core.noise;

import dev.twine.libp2p.core.SecureProtocol;
import dev.twine.libp2p.core.SecureRequest;
import dev.twine.libp2p.core.SecuredPeer;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.security.SecureRandom;

/**
 * Noise by the rules, with an identity in its payload that nothing proves.
 *
 * @param identityKey the key that it says it has
 * @param signature what is to prove it
 */
public record LyingNoise(byte[] identityKey, byte[] signature) implements SecureProtocol {
  @Override
  public String id() {
    return NoiseProtocol.ID;
  }

  @Override
  public Future<SecuredPeer> secure(Channel channel, String after, SecureRequest request) {
    var random = new SecureRandom();
    var lie = new NoiseIdentity(X25519Key.generate(random), identityKey, signature);
    var handler = new NoiseHandshakeHandler(
        request,
        channel.eventLoop().newPromise(),
        () -> new NoiseHandshake(request, lie, X25519Key.generate(random), new byte[0]));
    channel.pipeline().addAfter(after, NoiseProtocol.ID, handler);
    return handler.secured();
  }
}
