package dev.twine.libp2p.core.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twine.identity.NodeKey;
import dev.twine.libp2p.core.SecurePair;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.ssl.SslHandler;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server whose last message comes in a record of its own. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OffLoopEngineTest {
  private static final Clock CLOCK = Clock.fixed(CertificateMaker.NOW, ZoneOffset.UTC);

  /**
   * So small that the last record of a server's flight has nothing but the end of its last message:
   * 32 bytes of a message in each.
   */
  private static final int SMALL_RECORD = 54;

  @AutoClose
  private final SecurePair pair = new SecurePair(new TlsProtocol(CLOCK));

  private final PeerTrust trust = new PeerTrust(null, CLOCK);
  private final SSLEngine server = engine(false, new PeerTrust(null, CLOCK));

  /** What the client has said on the way: a change of ciphers, which means nothing in TLS 1.3. */
  private final ByteBuffer said = ByteBuffer.allocate(1 << 13);

  @Test
  void fromTheCertificateOnEveryRecordIsWorkedOffInATask() throws SSLException {
    SSLEngine client = offLoop();
    List<HandshakeStatus> late = handshake(client, 0);

    assertThat(late).isNotEmpty().containsOnly(HandshakeStatus.NEED_TASK);
    assertThat(client.getHandshakeStatus()).isEqualTo(HandshakeStatus.NEED_WRAP);
    finish(client);
    assertThat(client.getHandshakeStatus()).isEqualTo(HandshakeStatus.NOT_HANDSHAKING);
    assertThat(client.getApplicationProtocol()).isEqualTo(TlsEngine.NO_MUXER);
    assertThat(client.getSession().getProtocol()).isEqualTo("TLSv1.3");
  }

  /** If this fails, the JDK has learnt it, and needs no help. */
  @Test
  void theJdkAnswersTheLastOneAtOnce() throws SSLException {
    assertThat(handshake(client(), 0)).endsWith(HandshakeStatus.NEED_WRAP);
  }

  @Test
  void aChangedRecordFailsTheNextCallAndIsAnsweredByAnAlert() throws SSLException {
    SSLEngine client = offLoop();
    handshake(client, 1);

    assertThat(client.getHandshakeStatus()).isEqualTo(HandshakeStatus.NEED_UNWRAP);
    assertThatThrownBy(() -> client.unwrap(ByteBuffer.allocate(0), ByteBuffer.allocate(0)))
        .isInstanceOf(SSLException.class);
    assertThat(client.getHandshakeStatus()).isEqualTo(HandshakeStatus.NEED_WRAP);
    assertThat(flight(client).remaining()).isPositive();
  }

  @Test
  void theHandlerOfNettyGetsThroughWithIt() {
    pair.initiator.pipeline().addLast(new SslHandler(offLoop(), pair));
    pair.responder.pipeline().addLast(new SslHandler(server, pair));
    pair.carry();

    pair.initiator.writeOutbound(Unpooled.copiedBuffer(new byte[3]));
    pair.carry();
    ByteBuf read = pair.responder.readInbound();
    assertThat(read.readableBytes()).isEqualTo(3);
    read.release();
  }

  /**
   * Up to what the client answers.
   *
   * @param change is XORed into the last byte of the server's flight
   * @return the status after each record that came when the certificate was known
   */
  private List<HandshakeStatus> handshake(SSLEngine client, int change) throws SSLException {
    client.beginHandshake();
    server.beginHandshake();
    ByteBuffer hello = flight(client);
    while (hello.hasRemaining()) {
      unwrap(server, hello);
      runTasks(server);
    }
    ByteBuffer answer = flight(server);
    int last = answer.limit() - 1;
    answer.put(last, (byte) (answer.get(last) ^ change));
    List<HandshakeStatus> late = new ArrayList<>();
    while (answer.hasRemaining()) {
      boolean certified = trust.proven() != null;
      HandshakeStatus status = unwrap(client, answer);
      if (certified) {
        late.add(status);
      }
      runTasks(client);
      if (answer.hasRemaining()) {
        said.put(flight(client));
      }
    }
    return late;
  }

  private void finish(SSLEngine client) throws SSLException {
    said.put(flight(client)).flip();
    while (said.hasRemaining()) {
      unwrap(server, said);
      runTasks(server);
    }
    ByteBuffer rest = flight(server);
    while (rest.hasRemaining()) {
      unwrap(client, rest);
    }
    assertThat(server.getHandshakeStatus()).isEqualTo(HandshakeStatus.NOT_HANDSHAKING);
  }

  /** One record. */
  private static HandshakeStatus unwrap(SSLEngine engine, ByteBuffer from) throws SSLException {
    SSLEngineResult result = engine.unwrap(from, ByteBuffer.allocate(1 << 16));
    assertThat(result.bytesConsumed()).as("%s", result).isPositive();
    return result.getHandshakeStatus();
  }

  private static ByteBuffer flight(SSLEngine engine) throws SSLException {
    ByteBuffer flight = ByteBuffer.allocate(1 << 16);
    while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
      SSLEngineResult result = engine.wrap(ByteBuffer.allocate(0), flight);
      assertThat(result.bytesProduced()).as("%s", result).isPositive();
      runTasks(engine);
    }
    return flight.flip();
  }

  private static void runTasks(SSLEngine engine) {
    for (Runnable task = engine.getDelegatedTask();
        task != null;
        task = engine.getDelegatedTask()) {
      task.run();
    }
  }

  private SSLEngine offLoop() {
    return new OffLoopEngine(client(), () -> trust.proven() != null);
  }

  private SSLEngine client() {
    return engine(true, trust);
  }

  private SSLEngine engine(boolean client, PeerTrust trusted) {
    CertificateMaker maker = CertificateMaker.p256().identity(true);
    NodeKey key = client ? SecurePair.INITIATOR : SecurePair.RESPONDER;
    try {
      var own = new TlsIdentity(new UncheckedCertificate(maker.make()), maker.pair.getPrivate());
      SSLEngine engine = TlsEngine.create(
          pair.request(client, key), new OwnCertificate(() -> own), trusted, new SecureRandom());
      SSLParameters parameters = engine.getSSLParameters();
      parameters.setMaximumPacketSize(SMALL_RECORD);
      engine.setSSLParameters(parameters);
      return engine;
    } catch (CertificateException e) {
      throw new AssertionError(e);
    }
  }
}
