package dev.twine.gossip;

import static dev.twine.gossip.IdentityMessage.ADDRESS;
import static dev.twine.gossip.IdentityMessage.CHALLENGE;
import static dev.twine.gossip.IdentityMessage.KEY;
import static dev.twine.gossip.IdentityMessage.RESPONSE_CHALLENGE;

import dev.twine.gossip.IdentityMessage.Step;
import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import dev.twine.identity.NodePublicKey;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * go-algorand's identity challenge: both ends of a WebSocket connection prove their Ed25519 keys in
 * two headers and one message.
 *
 * <p>Whoever dials sends a challenge for the address that it dialled; a listener of that name answers
 * with a challenge of its own; the dialler's {@code NI} message answers that. A missing header, or an
 * address that is not one of the listener's names, means that the connection goes on without proven
 * identities. Anything malformed, and every wrong signature, refuses it.
 *
 * <p>Signatures cost some 100 microseconds each; keys and names are immutable, so all of this is safe
 * for every thread.
 */
public final class IdentityChallenge {
  private IdentityChallenge() {}

  /** True for Ed25519 keys: the challenge has no room for others, which need the proof instead. */
  public static boolean supports(NodeKey key) {
    return key.type() == KeyType.ED25519;
  }

  /** The end that dials: makes a challenge, then judges the answer. */
  public static final class Dialler {
    private final NodeKey key;
    private final byte[] challenge;
    private final String header;

    private Dialler(NodeKey key, String address, byte[] challenge) {
      this.key = key;
      this.challenge = challenge;
      byte[] name = address.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8);
      this.header = IdentityMessage.sign(
              Step.CHALLENGE,
              Map.of(ADDRESS, name, CHALLENGE, challenge, KEY, key.publicKey().raw()),
              key)
          .toHeader();
    }

    /** The value of the request header. */
    public String header() {
      return header;
    }

    /**
     * Judges the response header.
     *
     * @return who the listener is, and the NI message that it gets; empty if it sent no header
     * @throws BadMessageException if the connection is to be closed with "Invalid identity response"
     */
    public Optional<Proven> response(@Nullable String responseHeader) {
      if (responseHeader == null || responseHeader.isEmpty()) {
        return Optional.empty();
      }
      var response = IdentityMessage.fromHeader(Step.RESPONSE, responseHeader);
      if (!Arrays.equals(response.field(CHALLENGE), challenge)) {
        throw new BadMessageException("identity response to another challenge");
      }
      NodePublicKey listener = response.signer();
      var answer = Map.of(RESPONSE_CHALLENGE, response.field(RESPONSE_CHALLENGE));
      byte[] verification = IdentityMessage.sign(Step.VERIFICATION, answer, key).encode();
      return Optional.of(new Proven(listener, verification));
    }
  }

  /**
   * A listener that has proven who it is.
   *
   * @param key its key
   * @param verification body of the NI message that proves the dialler to it
   */
  public record Proven(NodePublicKey key, byte[] verification) {}

  /** The end that is dialled: answers challenges, one after another, of any number of diallers. */
  public static final class Listener {
    private final NodeKey key;
    private final Set<String> names;
    private final SecureRandom random;

    private Listener(NodeKey key, Set<String> names, SecureRandom random) {
      this.key = key;
      this.names = names;
      this.random = random;
    }

    /**
     * Judges the request header.
     *
     * @return the answer; empty if there is no header, or it is for somebody of another name
     * @throws BadMessageException if the connection is to be refused
     */
    public Optional<Pending> challenge(@Nullable String requestHeader) {
      if (requestHeader == null || requestHeader.isEmpty()) {
        return Optional.empty();
      }
      var challenge = IdentityMessage.fromHeader(Step.CHALLENGE, requestHeader);
      NodePublicKey dialler = challenge.signer();
      if (!names.contains(challenge.address().toLowerCase(Locale.ROOT))) {
        return Optional.empty();
      }
      byte[] expected = new byte[IdentityMessage.FIELD_BYTES];
      random.nextBytes(expected);
      var answer = Map.of(
          CHALLENGE, challenge.field(CHALLENGE),
          KEY, key.publicKey().raw(),
          RESPONSE_CHALLENGE, expected);
      String header = IdentityMessage.sign(Step.RESPONSE, answer, key).toHeader();
      return Optional.of(new Pending(dialler, header, expected));
    }
  }

  /**
   * A dialler that has claimed who it is and has yet to prove it.
   *
   * @param claimed its key
   * @param header the value of the response header
   * @param expected the challenge that its NI message has to answer
   */
  public record Pending(NodePublicKey claimed, String header, byte[] expected) {
    /**
     * Judges the body of the NI message: after this the claimed key is proven.
     *
     * @throws BadMessageException if the session is to be closed
     */
    public void verify(byte[] body) {
      var verification = IdentityMessage.decode(Step.VERIFICATION, body);
      if (!Arrays.equals(verification.field(RESPONSE_CHALLENGE), expected)) {
        throw new BadMessageException("identity verification of another challenge");
      }
      verification.verify(claimed);
    }
  }

  /**
   * Starts a challenge to whoever is behind an address.
   *
   * @param address as it is dialled, or the ID of the node that is expected there
   * @throws IllegalArgumentException if the key is unsupported or the address has more than 288 bytes
   */
  public static Dialler dial(NodeKey key, String address, SecureRandom random) {
    byte[] challenge = new byte[IdentityMessage.FIELD_BYTES];
    random.nextBytes(challenge);
    return dial(key, address, challenge);
  }

  static Dialler dial(NodeKey key, String address, byte[] challenge) {
    check(key);
    if (address.getBytes(StandardCharsets.UTF_8).length > IdentityMessage.MAX_ADDRESS_BYTES) {
      throw new IllegalArgumentException(
          "address of more than " + IdentityMessage.MAX_ADDRESS_BYTES + " bytes");
    }
    return new Dialler(key, address, challenge);
  }

  /**
   * Answers challenges to one of these names, in whatever case.
   *
   * @throws IllegalArgumentException if the key is unsupported
   */
  public static Listener listen(NodeKey key, Collection<String> names, SecureRandom random) {
    check(key);
    return new Listener(
        key,
        names.stream()
            .map(name -> name.toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet()),
        random);
  }

  private static void check(NodeKey key) {
    if (!supports(key)) {
      throw new IllegalArgumentException("the identity challenge needs an Ed25519 key");
    }
  }
}
