package dev.twine.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests that two programs could read differently: one refusal, and nothing behind it is served. */
@ParameterizedClass
@EnumSource(Kind.class)
class SmugglingTest {
  private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final AtomicInteger SERVED = new AtomicInteger();
  private static Server server;

  @Parameter
  private Kind kind;

  @BeforeParameterizedClassInvocation
  static void start(Kind kind) {
    server = new Server(
        kind,
        Server.GENEROUS.withTimes(
            Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofMillis(150)));
    server.router.serve("/*", (request, response) -> {
      SERVED.incrementAndGet();
      request.body().readAllBytes();
      response.send("served");
    });
  }

  @BeforeEach
  void reset() {
    SERVED.set(0);
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    server.close();
  }

  static Stream<Arguments> heads() {
    String post = "POST / HTTP/1.1\r\nHost: a\r\n";
    String get = "GET / HTTP/1.1\r\nHost: a\r\n";
    return Stream.of(
            List.of(
                "length beside chunks",
                post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"),
            List.of(
                "chunks beside length",
                post + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"),
            List.of("two lengths", post + "Content-Length: 5\r\nContent-Length: 6\r\n"),
            List.of("two equal lengths", post + "Content-Length: 5\r\nContent-Length: 5\r\n"),
            List.of("list of lengths", post + "Content-Length: 5, 6\r\n"),
            List.of("list of equal lengths", post + "Content-Length: 5, 5\r\n"),
            List.of("plus sign", post + "Content-Length: +5\r\n"),
            List.of("minus sign", post + "Content-Length: -5\r\n"),
            List.of("hexadecimal length", post + "Content-Length: 0x5\r\n"),
            List.of("length with a letter", post + "Content-Length: 5a\r\n"),
            List.of("length with a fraction", post + "Content-Length: 5.0\r\n"),
            List.of("empty length", post + "Content-Length:\r\n"),
            List.of("length beyond 64 bits", post + "Content-Length: 99999999999999999999\r\n"),
            List.of("space before the colon", post + "Content-Length : 5\r\n"),
            List.of("tab before the colon", post + "Content-Length\t: 5\r\n"),
            List.of("space inside of a name", post + "Content Length: 5\r\n"),
            List.of("no colon", post + "Content-Length\r\n"),
            List.of("empty name", post + ": 5\r\n"),
            List.of("folded header", post + "X: a\r\n b\r\n"),
            List.of("folded coding", post + "Transfer-Encoding:\r\n chunked\r\n"),
            List.of("folded by a tab", post + "X: a\r\n\tContent-Length: 5\r\n"),
            List.of("first header folded", "POST / HTTP/1.1\r\n Host: a\r\n"),
            List.of("unknown coding", post + "Transfer-Encoding: gzip\r\n"),
            List.of("coding before chunked", post + "Transfer-Encoding: gzip, chunked\r\n"),
            List.of("chunked twice", post + "Transfer-Encoding: chunked, chunked\r\n"),
            List.of("chunked and then identity", post + "Transfer-Encoding: chunked, identity\r\n"),
            List.of(
                "chunked in two headers",
                post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
            List.of("quoted coding", post + "Transfer-Encoding: \"chunked\"\r\n"),
            List.of("coding with a control", post + "Transfer-Encoding: \u000bchunked\r\n"),
            List.of("coding with a parameter", post + "Transfer-Encoding: chunked;a=b\r\n"),
            List.of(
                "chunks in HTTP/1.0",
                "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"),
            List.of("bare line feeds", "POST / HTTP/1.1\nHost: a\nContent-Length: 5\n"),
            List.of("one bare line feed", post + "X: a\nContent-Length: 5\r\n"),
            List.of("bare carriage return", post + "X: a\rContent-Length: 5\r\n"),
            List.of("null in a value", post + "X: a\0b\r\n"),
            List.of("null in a name", post + "X\0: a\r\n"),
            List.of("no host", "GET / HTTP/1.1\r\n"),
            List.of("two hosts", get + "Host: b\r\n"),
            List.of("host with a path", "GET / HTTP/1.1\r\nHost: a/b\r\n"),
            List.of("host with an at sign", "GET / HTTP/1.1\r\nHost: a@b\r\n"),
            List.of("absolute target", "GET http://a/ HTTP/1.1\r\nHost: a\r\n"),
            List.of("authority target", "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n"),
            List.of("HTTP/2 preface", "PRI * HTTP/2.0\r\n"),
            List.of("two spaces after the method", "GET  / HTTP/1.1\r\nHost: a\r\n"),
            List.of("tab after the method", "GET\t/ HTTP/1.1\r\nHost: a\r\n"),
            List.of("space in the target", "GET /a b HTTP/1.1\r\nHost: a\r\n"),
            List.of("space before the method", " GET / HTTP/1.1\r\nHost: a\r\n"),
            List.of("control before the method", "\u0001GET / HTTP/1.1\r\nHost: a\r\n"),
            List.of("space after the version", "GET / HTTP/1.1 \r\nHost: a\r\n"),
            List.of("no version", "GET /\r\nHost: a\r\n"),
            List.of("drafted key", get + "Sec-WebSocket-Key1: 1\r\nSec-WebSocket-Key2: 2\r\n"),
            List.of("dot segments", "GET /a/../b HTTP/1.1\r\nHost: a\r\n"),
            List.of("encoded dot segments", "GET /a/%2e%2e/b HTTP/1.1\r\nHost: a\r\n"),
            List.of("encoded slash", "GET /a%2Fb HTTP/1.1\r\nHost: a\r\n"),
            List.of("backslash", "GET /a\\b HTTP/1.1\r\nHost: a\r\n"),
            List.of("half an escape", "GET /a%4 HTTP/1.1\r\nHost: a\r\n"),
            List.of("no UTF-8", "GET /a%ff HTTP/1.1\r\nHost: a\r\n"),
            List.of("encoded null", "GET /a%00 HTTP/1.1\r\nHost: a\r\n"),
            List.of("fragment", "GET /a#b HTTP/1.1\r\nHost: a\r\n"))
        .map(row -> Arguments.of(row.get(0), row.get(1)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("heads")
  void anAmbiguousHeadEndsTheConnection(String what, String head) throws IOException {
    String answers = server.talk(head + "\r\n" + SMUGGLED);

    assertThat(answers).startsWith("HTTP/1.1 400 ");
    assertThat(answers.split("HTTP/1.1 ", -1)).as("answers over %s", kind).hasSize(2);
    assertThat(SERVED).hasValue(0);
  }

  static Stream<Arguments> chunks() {
    return Stream.of(
            List.of("signed size", "+5\r\nhello\r\n0\r\n\r\n"),
            List.of("prefixed size", "0x5\r\nhello\r\n0\r\n\r\n"),
            List.of("no size", "\r\nhello\r\n0\r\n\r\n"),
            List.of("size beyond 31 bits", "80000000\r\nhello\r\n0\r\n\r\n"),
            List.of("size that overflows", "100000005\r\nhello\r\n0\r\n\r\n"),
            List.of("space after the size", "5 \r\nhello\r\n0\r\n\r\n"),
            List.of("line feed after the size", "5\nhello\r\n0\r\n\r\n"),
            List.of("line feed in an extension", "5;a\nb\r\nhello\r\n0\r\n\r\n"),
            List.of("chunk longer than its size", "5\r\nhello!\r\n0\r\n\r\n"),
            List.of("line feed after the chunk", "5\r\nhello\n0\r\n\r\n"))
        .map(row -> Arguments.of(row.get(0), row.get(1)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("chunks")
  void anAmbiguousChunkEndsTheConnection(String what, String chunks) throws IOException {
    String answers = server.talk(
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + SMUGGLED);

    assertThat(answers).startsWith("HTTP/1.1 400 ");
    assertThat(answers.split("HTTP/1.1 ", -1)).as("answers over %s", kind).hasSize(2);
    assertThat(SERVED).as("only the first one").hasValueLessThanOrEqualTo(1);
  }
}
