package dev.twine.http;

import dev.twine.network.HttpService;
import dev.twine.network.ServiceRequest;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request with its response: made on the event loop, run on a service thread. */
final class Exchange implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

  private final Parts parts;
  private final ServiceContext context;
  /** Breaks the connection off; any thread. */
  private final Runnable abort;

  /** Of the event loop: the last byte of the response is out. */
  private boolean sent;

  /** Of the event loop: the service thread is free again. */
  private boolean returned;

  /** What belongs to one exchange. */
  record Parts(
      String template,
      HttpService service,
      ServiceRequest request,
      RequestBody body,
      ResponseWriter response,
      Outgoing outgoing) {}

  Exchange(Parts parts, ServiceContext context, Runnable abort) {
    this.parts = parts;
    this.context = context;
    this.abort = abort;
  }

  @Override
  public void run() {
    try {
      parts.service.handle(parts.request, parts.response);
      parts.response.finish();
      context.counters().answer();
    } catch (Throwable failure) {
      fail(failure);
    }
  }

  RequestBody body() {
    return parts.body;
  }

  boolean isCommitted() {
    return parts.response.isCommitted();
  }

  void markSent() {
    sent = true;
  }

  void markReturned() {
    returned = true;
  }

  boolean isOver() {
    return sent && returned;
  }

  /** Whether another request may follow this one. */
  boolean keepsConnection() {
    RequestBody body = parts.body;
    boolean isRestReadable = body.isComplete() || (body.isOpen() && !body.isWithheld());
    return parts.response.keepsConnection() && isRestReadable;
  }

  /** Ends a body that is too slow. Returns true if the response is stalled. */
  boolean tick(long nowNanos) {
    Refusal slow = parts.body.tick(nowNanos);
    if (slow != null) {
      parts.body.fail(new RefusedException(slow));
    }
    long limit = context.limits().connection().writeStall().toNanos();
    return parts.outgoing.isStalled(nowNanos, limit);
  }

  /** The connection is gone. */
  void broken() {
    var reason = new RefusedException(Refusal.BROKEN);
    parts.body.fail(reason);
    parts.outgoing.fail(reason);
  }

  /** Services wrap what their streams throw. */
  private static Refusal reason(Throwable failure) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < 5; depth++) {
      if (cause instanceof RefusedException refused) {
        return refused.reason();
      }
      cause = cause.getCause();
    }
    return Refusal.SERVICE_FAILED;
  }

  /** A failure becomes a status if that is still possible, and never tells the caller more. */
  private void fail(Throwable failure) {
    Refusal reason = reason(failure);
    if (reason != Refusal.BROKEN) {
      context.counters().refuse(reason);
    }
    if (reason == Refusal.SERVICE_FAILED && context.mayLog()) {
      LOG.warn("service {} failed", parts.template, failure);
    }
    if (parts.response.isCommitted()) {
      abort.run();
      return;
    }
    try {
      parts.response.fail(reason);
    } catch (IOException e) {
      abort.run();
    }
  }
}
