package dev.twine.ws;

import dev.twine.network.Address;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How far a dial got, which is the first thing that its user wants to know when it failed. */
enum DialStep {
  RESOLVE("check the spelling of the name, and the DNS"),
  CONNECT("check that the node runs, listens on that port, and that no firewall is in between"),
  TLS("check the certificate of the peer and the trusted certificates of this node"),
  UPGRADE("check that a gossip node listens there, on ws or wss as dialled"),
  IDENTITY("check the node ID in the address");

  private final String remedy;

  DialStep(String remedy) {
    this.remedy = remedy;
  }

  /** Nothing answered at this step. */
  TwineException unreachable(Address address, @Nullable Throwable cause) {
    String detail = cause == null || cause.getMessage() == null ? "" : " (" + reason(cause) + ")";
    return failure(Code.UNREACHABLE, "cannot reach the peer" + detail, address, remedy, cause);
  }

  /** Nothing answered at this step in time. */
  TwineException late(Address address) {
    return failure(Code.UNREACHABLE, "no answer from the peer in time", address, remedy, null);
  }

  /** The peer answered at this step, and it will not do. */
  TwineException refused(Code code, String what, Address address, String whatToDo) {
    return failure(code, what, address, whatToDo, null);
  }

  /** The peer answered at this step, but this node has no use for the session. */
  TwineException refused(TwineException by, Address address) {
    boolean told = by.value().equals(address.toString());
    String what = told ? by.what() : by.what() + ", " + by.value() + ",";
    return failure(by.code(), what, address, by.remedy(), by);
  }

  /** The peer will not do, with the usual remedy. */
  TwineException refused(String what, Address address) {
    return failure(Code.REFUSED, what, address, remedy, null);
  }

  private TwineException failure(
      Code code, String what, Address address, String whatToDo, @Nullable Throwable cause) {
    String step = name().toLowerCase(Locale.ROOT);
    return new TwineException(code, what + " at step " + step, address.toString(), whatToDo, cause);
  }

  private static String reason(Throwable cause) {
    return PlainText.of(String.valueOf(cause.getMessage()), 160);
  }
}
