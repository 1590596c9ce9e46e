package dev.twine.libp2p.core.noise;

import dev.twine.identity.NodeKey;
import dev.twine.libp2p.core.SecureProtocol;
import dev.twine.libp2p.core.SecureRequest;
import dev.twine.libp2p.core.SecuredPeer;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.security.SecureRandom;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * {@code /noise}: Noise_XX_25519_ChaChaPoly_SHA256 with libp2p identities.
 *
 * <p>The handler that it adds is named {@code /noise}, during the handshake and after it. All of a
 * handshake is computed on the request's executor; meanwhile the connection is not read from. The
 * static key and its signature are made once for every identity key.
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/noise/README.md">the specification</a>
 */
public final class NoiseProtocol implements SecureProtocol {
  static final String ID = "/noise";

  private final SecureRandom random = new SecureRandom();
  private final Map<NodeKey, NoiseIdentity> identities = new WeakHashMap<>();

  /** Takes its randomness from the JDK. */
  public NoiseProtocol() {}

  @Override
  public String id() {
    return ID;
  }

  @Override
  public Future<SecuredPeer> secure(Channel channel, String after, SecureRequest request) {
    byte[] offer = offer(request);
    var handler = new NoiseHandshakeHandler(
        request,
        channel.eventLoop().newPromise(),
        () -> new NoiseHandshake(
            request, identity(request.localKey()), X25519Key.generate(random), offer));
    channel.pipeline().addAfter(after, ID, handler);
    return handler.secured();
  }

  /** Signs on the first call for a key: not on an event loop. */
  private NoiseIdentity identity(NodeKey key) {
    synchronized (identities) {
      return identities.computeIfAbsent(key, it -> NoiseIdentity.create(it, random));
    }
  }

  private static byte[] offer(SecureRequest request) {
    byte[] offer =
        request.extension() == null ? new byte[0] : request.extension().offer();
    if (offer.length > HandshakePayload.MAX_EXTENSION_BYTES) {
      throw new IllegalArgumentException("a handshake extension of " + offer.length
          + " bytes: at most " + HandshakePayload.MAX_EXTENSION_BYTES + " are carried");
    }
    return offer;
  }
}
