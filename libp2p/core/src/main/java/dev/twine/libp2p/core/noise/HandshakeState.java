package dev.twine.libp2p.core.noise;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One side of a Noise XX handshake, message in and message out: no I/O, no clock, no randomness of
 * its own. Three messages alternate, the initiator's first.
 *
 * <p>For one thread at a time. After any exception the handshake is over and its connection has to
 * be closed.
 *
 * @see <a href="https://noiseprotocol.org/noise.html">Noise, revision 34, section 5.3</a>
 */
final class HandshakeState {
  private enum Token {
    E,
    S,
    EE,
    ES,
    SE
  }

  private static final List<List<Token>> XX = List.of(
      List.of(Token.E), List.of(Token.E, Token.EE, Token.S, Token.ES), List.of(Token.S, Token.SE));

  /** What {@link #split} returns; the inbound opener and the outbound sealer start at nonce 0. */
  record Transport(CipherState outbound, CipherState inbound, byte[] handshakeHash) {}

  private final boolean initiator;
  private final Aead.Source ciphers;
  private final SymmetricState symmetric;
  private final X25519Key staticKey;
  private final X25519Key ephemeralKey;
  private byte @Nullable [] remoteStatic;
  private byte @Nullable [] remoteEphemeral;
  private int message;
  private boolean failed;

  /**
   * Begins a handshake.
   *
   * @param ephemeralKey a pair that no other handshake has used or will use
   */
  HandshakeState(
      boolean initiator, X25519Key staticKey, X25519Key ephemeralKey, SymmetricState symmetric) {
    this.initiator = initiator;
    this.ciphers = symmetric.ciphers();
    this.symmetric = symmetric;
    this.staticKey = staticKey;
    this.ephemeralKey = ephemeralKey;
  }

  /** Whether {@link #write} is next; else {@link #read} is, or {@link #split}. */
  boolean isOurTurn() {
    return !isComplete() && (message % 2 == 0) == initiator;
  }

  boolean isComplete() {
    return message == XX.size();
  }

  /** The next message, with a payload that only the first message shows to everybody. */
  byte[] write(byte[] payload) {
    begin(true);
    byte[] written = {};
    for (Token token : XX.get(message)) {
      switch (token) {
        case E -> {
          byte[] ephemeral = ephemeralKey.publicKey();
          symmetric.mixHash(ephemeral);
          written = concat(written, ephemeral);
        }
        case S -> written = concat(written, symmetric.encryptAndHash(staticKey.publicKey()));
        default -> symmetric.mixKey(agree(token));
      }
    }
    written = concat(written, symmetric.encryptAndHash(payload));
    return end(written);
  }

  /**
   * Takes the peer's next message.
   *
   * @return its payload
   * @throws NoiseException if it is too short, was changed on the way, or shares no secret
   */
  byte[] read(byte[] bytes) {
    begin(false);
    int at = 0;
    for (Token token : XX.get(message)) {
      switch (token) {
        case E -> {
          remoteEphemeral = slice(bytes, at, X25519Key.BYTES);
          symmetric.mixHash(remoteEphemeral);
          at += X25519Key.BYTES;
        }
        case S -> {
          int length = X25519Key.BYTES + Aead.TAG_BYTES;
          remoteStatic = symmetric.decryptAndHash(slice(bytes, at, length));
          at += length;
        }
        default -> symmetric.mixKey(agree(token));
      }
    }
    return end(symmetric.decryptAndHash(slice(bytes, at, bytes.length - at)));
  }

  /** A copy of the peer's static key, once its message with the key has been read. */
  byte[] remoteStatic() {
    return known(remoteStatic).clone();
  }

  /** The ciphers of the connection. Once, when {@link #isComplete}; the handshake is of no use then. */
  Transport split() {
    if (failed || !isComplete()) {
      throw new IllegalStateException("the handshake is not complete");
    }
    failed = true;
    byte[][] keys = symmetric.split();
    ephemeralKey.wipe();
    return new Transport(
        new CipherState(ciphers.sealer(keys[initiator ? 0 : 1])),
        new CipherState(ciphers.opener(keys[initiator ? 1 : 0])),
        symmetric.hash());
  }

  private void begin(boolean writing) {
    if (failed || isComplete() || isOurTurn() != writing) {
      throw new IllegalStateException("not the turn of this side");
    }
    // Until the message is through: an exception leaves the state of no use.
    failed = true;
  }

  private byte[] end(byte[] result) {
    failed = false;
    message++;
    return result;
  }

  private byte[] agree(Token token) {
    return switch (token) {
      case EE -> ephemeralKey.agree(known(remoteEphemeral));
      case ES ->
        initiator
            ? ephemeralKey.agree(known(remoteStatic))
            : staticKey.agree(known(remoteEphemeral));
      case SE ->
        initiator
            ? staticKey.agree(known(remoteEphemeral))
            : ephemeralKey.agree(known(remoteStatic));
      case E, S -> throw new IllegalArgumentException("no agreement: " + token);
    };
  }

  private static byte[] known(byte @Nullable [] key) {
    if (key == null) {
      throw new IllegalStateException("the peer's key has not been read yet");
    }
    return key;
  }

  private static byte[] slice(byte[] bytes, int from, int length) {
    if (length < 0 || from + length > bytes.length) {
      throw new NoiseException("a handshake message that ends too early");
    }
    return Arrays.copyOfRange(bytes, from, from + length);
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
