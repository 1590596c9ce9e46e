package dev.twine.node.admin;

import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import dev.twine.node.config.HostPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Optional;

/**
 * Where the admin API listens and what it demands.
 *
 * @param listen host and port
 * @param searches how many further ports to try if that one is taken
 * @param token what clients must show; empty only on loopback
 */
public record AdminConfig(HostPort listen, int searches, Optional<Token> token) {
  /** Where a node listens if it is told nothing, and where commands look first. */
  public static final HostPort DEFAULT = new HostPort("127.0.0.1", 7800);

  /** Nodes on one machine that commands find without being told: as many as anyone starts by hand. */
  public static final int DEFAULT_SEARCHES = 99;

  /** A secret that two sides share. Compared in constant time and never printed. */
  public static final class Token {
    private static final int MIN_CHARS = 16;
    private static final int MAX_CHARS = 256;

    private final byte[] secret;

    private Token(byte[] secret) {
      this.secret = secret;
    }

    /**
     * Reads the first line of a file.
     *
     * @throws TwineException of code BAD_VALUE if it has not 16 to 256 printable ASCII characters
     */
    public static Token read(Path file) {
      String text;
      try (var lines = Files.lines(file, StandardCharsets.US_ASCII)) {
        text = lines.findFirst().orElse("").strip();
      } catch (IOException | UncheckedIOException e) {
        throw new TwineException(
            Code.BAD_VALUE, "cannot read the token", file.toString(), "check the file", e);
      }
      if (!text.matches("[!-~]{" + MIN_CHARS + "," + MAX_CHARS + "}")) {
        throw new TwineException(
            Code.BAD_VALUE,
            "not a token",
            file.toString(),
            "write " + MIN_CHARS + " to " + MAX_CHARS
                + " printable characters into its first line");
      }
      return new Token(text.getBytes(StandardCharsets.US_ASCII));
    }

    boolean matches(String shown) {
      return MessageDigest.isEqual(secret, shown.getBytes(StandardCharsets.UTF_8));
    }

    /** The value of an Authorization header. */
    public String bearer() {
      return "Bearer " + new String(secret, StandardCharsets.US_ASCII);
    }

    @Override
    public String toString() {
      return "Token[hidden]";
    }
  }

  /**
   * What flags and file ask for.
   *
   * @throws TwineException of code BAD_VALUE for an address off loopback without a token
   */
  public static AdminConfig of(Optional<HostPort> listen, Optional<Path> tokenFile) {
    HostPort at = listen.orElse(DEFAULT);
    Optional<Token> token = tokenFile.map(Token::read);
    if (token.isEmpty() && !isLoopback(at.host())) {
      throw new TwineException(
          Code.BAD_VALUE,
          "admin API open to the network",
          at.toString(),
          "give --admin-token-file FILE, or listen on 127.0.0.1");
    }
    return new AdminConfig(at, listen.isPresent() ? 0 : DEFAULT_SEARCHES, token);
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw new TwineException(
          Code.BAD_VALUE, "unknown host", host, "give an address of this machine", e);
    }
  }
}
