package dev.twine.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DelayRelayTest {
  private static final Duration ONE_WAY = Duration.ofMillis(10);

  private ServerSocket server;
  private DelayRelay relay;
  private Socket dialler;
  private Socket listener;

  @BeforeEach
  void connect() throws IOException {
    server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    relay = DelayRelay.start((InetSocketAddress) server.getLocalSocketAddress(), ONE_WAY);
    dialler = new Socket(InetAddress.getLoopbackAddress(), relay.port());
    listener = server.accept();
  }

  @AfterEach
  void close() throws IOException {
    relay.close();
    dialler.close();
    listener.close();
    server.close();
  }

  @Test
  void everyByteIsHeldBackOnItsWay() throws IOException {
    long started = System.nanoTime();
    dialler.getOutputStream().write(1);

    assertThat(listener.getInputStream().read()).isEqualTo(1);
    assertThat(Duration.ofNanos(System.nanoTime() - started)).isGreaterThanOrEqualTo(ONE_WAY);
  }

  @Test
  void aQuestionAndItsAnswerAreOneRoundTripHoweverLongTheAnswerTakes() throws IOException {
    for (int round = 1; round <= 5; round++) {
      dialler.getOutputStream().write(round);
      assertThat(listener.getInputStream().read()).isEqualTo(round);
      await().until(relay::isQuiet);
      listener.getOutputStream().write(round);
      assertThat(dialler.getInputStream().read()).isEqualTo(round);
      assertThat(relay.roundTrips()).isEqualTo(round);
    }
  }

  @Test
  void bytesThatWaitForNothingAreNoRoundTrips() throws IOException {
    for (int i = 0; i < 100; i++) {
      dialler.getOutputStream().write(i);
    }
    assertThat(listener.getInputStream().readNBytes(100)).hasSize(100);
    assertThat(relay.roundTrips()).isZero();
    listener.getOutputStream().write(new byte[100]);
    assertThat(dialler.getInputStream().readNBytes(100)).hasSize(100);
    assertThat(relay.roundTrips()).isEqualTo(1);
  }

  @Test
  void manyBytesArriveUnchangedAndTheEndAfterThem() throws IOException {
    byte[] bytes = new byte[5_000_000];
    new Random(1).nextBytes(bytes);
    CompletableFuture<byte[]> received = CompletableFuture.supplyAsync(() -> readAll(listener));

    OutputStream out = dialler.getOutputStream();
    out.write(bytes);
    dialler.shutdownOutput();
    assertThat(received.join()).isEqualTo(bytes);

    listener.getOutputStream().write(7);
    listener.shutdownOutput();
    assertThat(dialler.getInputStream().readAllBytes()).containsExactly(7);
  }

  @Test
  void bothEndsAreClosedWithTheRelay() throws IOException {
    relay.close();

    assertThat(dialler.getInputStream().read()).isNegative();
    assertThat(listener.getInputStream().read()).isNegative();
  }

  @Test
  void connectionsThatHaveEndedMakeRoomForOthers() throws IOException {
    for (int i = 0; i < 2 * DelayRelay.MAX_CONNECTIONS; i++) {
      try (Socket one = new Socket(InetAddress.getLoopbackAddress(), relay.port());
          Socket other = server.accept()) {
        one.getOutputStream().write(i);
        assertThat(other.getInputStream().read()).isEqualTo(i);
        one.shutdownOutput();
        assertThat(other.getInputStream().read()).isNegative();
        other.shutdownOutput();
        assertThat(one.getInputStream().read()).isNegative();
      }
    }
  }

  private static byte[] readAll(Socket socket) {
    try {
      InputStream in = socket.getInputStream();
      return in.readAllBytes();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
