package dev.twine.http;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Locale;

/** Why a request was not served, or an exchange not finished. Each has a counter and a status. */
enum Refusal {
  BAD_REQUEST(400, "malformed or ambiguous request"),
  LINE_TOO_LONG(414, "request line too long"),
  HEADERS_TOO_LARGE(431, "too many or too large headers"),
  SLOW_HEAD(408, "request headers took too long"),
  VERSION(505, "only HTTP/1.0 and HTTP/1.1"),
  EXPECTATION(417, "only 100-continue can be expected"),
  ENCODING(415, "compressed request bodies are not accepted"),
  NOT_FOUND(404, "no such service"),
  METHOD(405, "method not allowed"),
  BODY_TOO_LARGE(413, "request body too large"),
  SLOW_BODY(408, "request body too slow"),
  PEER_RATE(429, "too many requests from this peer"),
  SERVICE_RATE(429, "too many requests to this service"),
  BUSY(503, "too many requests at once"),
  SERVICE_FAILED(500, "the service failed"),
  /** The caller did not read; no status can reach it. */
  STALLED(408, "response not read"),
  /** The caller left before the end. */
  BROKEN(400, "connection ended early"),
  /** More requests in advance than are held for one connection. */
  PIPELINE(400, "too many requests in advance");

  private final int status;
  private final String text;

  Refusal(int status, String text) {
    this.status = status;
    this.text = text;
  }

  HttpResponseStatus status() {
    return HttpResponseStatus.valueOf(status);
  }

  String text() {
    return text;
  }

  /** As it stands in metrics. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
