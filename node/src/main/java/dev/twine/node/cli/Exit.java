package dev.twine.node.cli;

import dev.twine.network.TwineException;

/** The exit codes of the contract. */
final class Exit {
  static final int OK = 0;
  static final int FAILED = 1;
  static final int USAGE = 2;
  static final int NOT_FOUND = 3;
  static final int CHECK_FAILED = 4;

  private Exit() {}

  static int of(TwineException.Code code) {
    return switch (code) {
      case BAD_VALUE, CANNOT_LISTEN, KEY_FILE, DATA_DIRECTORY -> USAGE;
      case UNREACHABLE,
          REFUSED,
          NETWORK_MISMATCH,
          SELF,
          DUPLICATE_ID,
          NO_SUCH_PEER,
          NO_HTTP_ROUTE,
          TIMEOUT -> NOT_FOUND;
      case ALREADY_REGISTERED, RATE_LIMITED, TOO_LARGE, REMOTE_ERROR, CLOSED -> FAILED;
    };
  }
}
