package dev.twine.http;

import dev.twine.network.ServiceRequest.Caller;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What becomes of a request, decided from its head alone. */
sealed interface Decision {
  /**
   * It is turned away.
   *
   * @param waitNanos after how long it may come again, 0 if that is not the point
   */
  record Refuse(Refusal reason, long waitNanos) implements Decision {}

  /** It is answered on the event loop. */
  record Answer(ImmediateAnswer answer) implements Decision {}

  /** A service answers it. */
  record Serve(Route route, RequestPath path, Map<String, String> parameters) implements Decision {}

  static Decision of(HttpRequest request, Caller caller, ServiceContext context) {
    Refusal reason = RequestCheck.check(request, context.limits());
    if (reason != null) {
      return new Refuse(reason, 0);
    }
    RequestPath path;
    try {
      path = RequestPath.parse(request.uri());
    } catch (IllegalArgumentException e) {
      return new Refuse(Refusal.BAD_REQUEST, 0);
    }
    ServiceRouter.Match match = context.router().match(path.segments());
    if (match == null) {
      // Nothing behind an encoded slash is served that its sender may have meant for a path of
      // ours.
      return new Refuse(path.hasEncodedSlash() ? Refusal.BAD_REQUEST : Refusal.NOT_FOUND, 0);
    }
    Supplier<ImmediateAnswer> immediate = match.route().immediate();
    if (immediate != null) {
      return immediate(request, immediate);
    }
    Refuse refused = checkRates(caller, match.route(), context.rates());
    return refused != null ? refused : new Serve(match.route(), path, match.parameters());
  }

  private static Decision immediate(HttpRequest request, Supplier<ImmediateAnswer> answer) {
    HttpMethod method = request.method();
    if (!method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD)) {
      return new Refuse(Refusal.METHOD, 0);
    }
    try {
      return new Answer(answer.get());
    } catch (RuntimeException e) {
      return new Refuse(Refusal.SERVICE_FAILED, 0);
    }
  }

  /** First the peer's bucket, so that one peer cannot empty the service's for the others alone. */
  private static @Nullable Refuse checkRates(Caller caller, Route route, RateLimits rates) {
    long wait = rates.takeFromPeer(caller);
    if (wait > 0) {
      return new Refuse(Refusal.PEER_RATE, wait);
    }
    wait = rates.takeFromService(route);
    return wait > 0 ? new Refuse(Refusal.SERVICE_RATE, wait) : null;
  }
}
