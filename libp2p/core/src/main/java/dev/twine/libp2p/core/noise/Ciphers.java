package dev.twine.libp2p.core.noise;

import java.security.Provider;
import java.security.Security;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses the cipher by rule and by a known answer, not by a race: code that is still cold runs
 * fifty times too slow, and the slower one may win.
 *
 * <p>The rule follows measurements. From JDK 21 on the JDK's own cipher runs on vector instructions
 * and is the fastest. Before, Conscrypt is five times as fast as the JDK where somebody has put it
 * on the class path; Bouncy Castle is the floor.
 */
final class Ciphers {
  private static final Logger LOG = LoggerFactory.getLogger(Ciphers.class);

  /** The first release whose ChaCha20 and Poly1305 are both intrinsics. */
  private static final int FAST_JDK = 21;

  private static final Aead.Source CHOSEN = first(preferred(Runtime.version().feature()));

  private Ciphers() {}

  /** The source of this process. */
  static Aead.Source chosen() {
    return CHOSEN;
  }

  /** All that are here, best first. */
  static List<Aead.Source> preferred(int jdk) {
    var sources = new ArrayList<Aead.Source>();
    if (jdk >= FAST_JDK) {
      sunJce().ifPresent(sources::add);
    } else {
      conscrypt().ifPresent(sources::add);
      sunJce().ifPresent(sources::add);
    }
    sources.add(BouncyAead.SOURCE);
    return sources;
  }

  static Aead.Source first(List<Aead.Source> candidates) {
    for (Aead.Source candidate : candidates) {
      if (KnownAnswer.holds(candidate)) {
        LOG.debug("ChaCha20-Poly1305 comes from {}", candidate.name());
        return candidate;
      }
      LOG.warn("{} computes ChaCha20-Poly1305 wrongly and is not used", candidate.name());
    }
    throw new IllegalStateException("no cipher of this process computes ChaCha20-Poly1305 rightly");
  }

  static Optional<Aead.Source> sunJce() {
    return Optional.ofNullable(Security.getProvider("SunJCE"))
        .filter(provider -> provider.getService("Cipher", "ChaCha20-Poly1305") != null)
        .map(provider -> JceAead.from(provider, "ChaCha20-Poly1305"));
  }

  /** Registered with the JDK, or merely on the class path: this module does not depend on it. */
  static Optional<Aead.Source> conscrypt() {
    String transformation = "ChaCha20/Poly1305/NoPadding";
    return Optional.ofNullable(Security.getProvider("Conscrypt"))
        .or(() -> instance("org.conscrypt.OpenSSLProvider"))
        .map(provider -> JceAead.from(provider, transformation));
  }

  private static Optional<Provider> instance(String className) {
    try {
      Class<?> type = Class.forName(className);
      return Optional.of((Provider) type.getDeclaredConstructor().newInstance());
    } catch (ClassNotFoundException absent) {
      return Optional.empty();
    } catch (ReflectiveOperationException | LinkageError unusable) {
      LOG.debug("{} is here but does not load", className, unusable);
      return Optional.empty();
    }
  }

  /** RFC 8439, appendix A.5: a text to open, and to seal again; and a forgery to refuse. */
  private static final class KnownAnswer {
    private static final byte[] KEY =
        hex("1c9240a5eb55d38af333888604f6b5f0473917c1402b80099dca5cbc207075c0");
    private static final byte[] AD = hex("f33388860000000000004e91");
    /** Its nonce in the RFC is 000000000102030405060708, which is this counter. */
    private static final long NONCE = 0x0807060504030201L;

    private static final byte[] SEALED = hex("64a0861575861af460f062c79be643bd"
        + "5e805cfd345cf389f108670ac76c8cb24c6cfc18755d43eea09ee94e382d26b0"
        + "bdb7b73c321b0100d4f03b7f355894cf332f830e710b97ce98c8a84abd0b9481"
        + "14ad176e008d33bd60f982b1ff37c8559797a06ef4f0ef61c186324e2b350638"
        + "3606907b6a7c02b0f9f6157b53c867e4b9166c767b804d46a59b5216cde7a4e9"
        + "9040c5a40433225ee282a1b0a06c523eaf4534d7f83fa1155b0047718cbc546a"
        + "0d072b04b3564eea1b422273f548271a0bb2316053fa76991955ebd63159434e"
        + "cebb4e466dae5a1073a6727627097a1049e617d91d361094fa68f0ff77987130"
        + "305beaba2eda04df997b714d6c6f2c29a6ad5cb4022b02709beead9d67890cbb"
        + "22392336fea1851f38");
    private static final String START = "Internet-Drafts are draft documents";

    static boolean holds(Aead.Source source) {
      try {
        byte[] opened = source.opener(KEY).apply(NONCE, AD, SEALED);
        byte[] sealed = source.sealer(KEY).apply(NONCE, AD, opened);
        return new String(opened, java.nio.charset.StandardCharsets.UTF_8).startsWith(START)
            && Arrays.equals(sealed, SEALED)
            && inPlace(source, opened)
            && refusesForgery(source);
      } catch (RuntimeException | LinkageError e) {
        return false;
      }
    }

    private static boolean inPlace(Aead.Source source, byte[] text) {
      byte[] bytes = Arrays.copyOf(text, text.length + Aead.TAG_BYTES);
      int sealed = source.sealer(KEY).apply(0, bytes, 0, text.length);
      int opened = source.opener(KEY).apply(0, bytes, 0, sealed);
      return sealed == bytes.length
          && opened == text.length
          && Arrays.equals(bytes, 0, opened, text, 0, opened);
    }

    private static boolean refusesForgery(Aead.Source source) {
      byte[] forged = SEALED.clone();
      forged[forged.length - 1] ^= 1;
      Supplier<byte[]> open = () -> source.opener(KEY).apply(NONCE, AD, forged);
      try {
        return open.get() == null;
      } catch (NoiseException expected) {
        return true;
      }
    }

    private static byte[] hex(String digits) {
      return HexFormat.of().parseHex(digits);
    }
  }
}
