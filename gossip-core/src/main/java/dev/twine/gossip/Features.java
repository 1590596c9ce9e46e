package dev.twine.gossip;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The list of tokens in X-Algorand-Peer-Features, and the protocol version that lets it count. */
public final class Features {
  private static final int MAX_HEADER_CHARS = 1_024;
  private static final int MAX_TOKENS = 32;
  private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e&&[^,]]{1,64}");
  private static final Pattern VERSION = Pattern.compile("([0-9]{1,9})\\.([0-9]{1,9})");
  private static final int MIN_COMPONENT = 2;

  private Features() {}

  /** The header value that offers these tokens. */
  public static String format(Collection<String> tokens) {
    return String.join(",", new TreeSet<>(tokens));
  }

  /**
   * The tokens that a peer offers, unknown ones included.
   *
   * @param version the version that both ends agreed on; below 2.2 there are no features
   * @throws BadMessageException if the list has more than 1024 characters or 32 tokens
   */
  public static Set<String> parse(String header, String version) {
    if (header.length() > MAX_HEADER_CHARS) {
      throw new BadMessageException("feature list of more than " + MAX_HEADER_CHARS + " bytes");
    }
    var tokens = new TreeSet<String>();
    for (String part : header.split(",", -1)) {
      String token = part.strip();
      if (TOKEN.matcher(token).matches()) {
        tokens.add(token);
      }
    }
    if (tokens.size() > MAX_TOKENS) {
      throw new BadMessageException("more than " + MAX_TOKENS + " features");
    }
    return allowsFeatures(version) ? Set.copyOf(tokens) : Set.of();
  }

  /** go-algorand compares both components, so that 3.0 has no features either. */
  private static boolean allowsFeatures(String version) {
    Matcher parts = VERSION.matcher(version);
    return parts.matches()
        && Integer.parseInt(parts.group(1)) >= MIN_COMPONENT
        && Integer.parseInt(parts.group(2)) >= MIN_COMPONENT;
  }
}
