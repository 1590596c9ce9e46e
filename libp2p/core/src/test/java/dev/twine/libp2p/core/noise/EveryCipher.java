package dev.twine.libp2p.core.noise;

import java.util.Optional;
import java.util.stream.Stream;

/** All implementations of the cipher that this JVM has. */
final class EveryCipher {
  private EveryCipher() {}

  static Stream<Aead.Source> here() {
    return Stream.of(Ciphers.sunJce(), Ciphers.conscrypt(), Optional.of(BouncyAead.SOURCE))
        .flatMap(Optional::stream);
  }
}
