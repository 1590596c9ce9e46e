package dev.twine.http;

import dev.twine.network.TwineException;
import java.io.IOException;

/**
 * Why a request to a peer failed on this side: an IOException, as OkHttp hands on, that names the
 * {@link TwineException} behind it.
 */
public final class PeerHttpException extends IOException {
  private static final long serialVersionUID = 1;

  private final TwineException reason;

  PeerHttpException(TwineException reason) {
    super(reason.getMessage(), reason);
    this.reason = reason;
  }

  /** NO_HTTP_ROUTE, NO_SUCH_PEER, UNREACHABLE, RATE_LIMITED, TOO_LARGE, TIMEOUT, BAD_VALUE... */
  public TwineException.Code code() {
    return reason.code();
  }

  /** The same as an exception that says what to do. */
  public TwineException reason() {
    return reason;
  }
}
