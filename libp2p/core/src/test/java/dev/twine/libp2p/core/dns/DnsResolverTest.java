package dev.twine.libp2p.core.dns;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DnsResolverTest {
  private static final MultiThreadIoEventLoopGroup LOOPS =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

  private final DnsServer server = new DnsServer(LOOPS);
  private final DnsResolver resolver = new DnsResolver(LOOPS.next(), List.of(server.address()));

  @AfterEach
  void close() {
    resolver.close();
    server.close();
  }

  @AfterAll
  static void stopLoops() {
    LOOPS.shutdownGracefully(0, 1, SECONDS).syncUninterruptibly();
  }

  @Test
  void textsComeWithTheirStringsJoined() throws Exception {
    String longer =
        "dnsaddr=/dns4/" + "a".repeat(240) + ".test/tcp/4001/ws/http-path/" + "b".repeat(99);
    server.text("_dnsaddr.a.test", "dnsaddr=/ip4/192.0.2.1/tcp/1").text("_dnsaddr.a.test", longer);
    assertThat(resolver.texts("_dnsaddr.a.test").get(10, SECONDS))
        .containsExactlyInAnyOrder("dnsaddr=/ip4/192.0.2.1/tcp/1", longer);
  }

  @Test
  void anAnswerThatIsCutShortIsAskedForOverTcp() throws Exception {
    server.truncates = true;
    for (int i = 0; i < 40; i++) {
      server.text("_dnsaddr.a.test", "dnsaddr=/ip4/192.0.2." + i + "/tcp/1");
    }
    assertThat(resolver.texts("_dnsaddr.a.test").get(10, SECONDS)).hasSize(40);
  }

  @Test
  void hostsAreAskedForToo() throws Exception {
    InetAddress ip = InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 1});
    server.host("a.test", ip);
    assertThat(resolver.resolve("a.test").get(10, SECONDS)).contains(ip);
  }

  @Test
  void aNameThatIsNotThereFails() {
    assertThat(catchThrowable(() -> resolver.texts("b.test").get(10, SECONDS))).isNotNull();
    assertThat(catchThrowable(() -> resolver.texts("x".repeat(300)).get(10, SECONDS)))
        .isNotNull();
  }

  @Test
  void theSystemsServersAreThoseOfItsConfiguration(@TempDir Path folder) throws Exception {
    Path config = folder.resolve("resolv.conf");
    Files.writeString(
        config, "# none\nsearch test\nnameserver 192.0.2.1\nnameserver\t2001:db8::1 # two\n");
    assertThat(new DnsServers(config).read().toString())
        .contains("192.0.2.1")
        .contains("2001:db8")
        .contains(":53");
  }

  @Test
  void withoutAServerTheErrorSaysWhatToDo(@TempDir Path folder) throws Exception {
    Path config = folder.resolve("resolv.conf");
    try (var system = new SystemResolver(LOOPS::next, new DnsServers(config))) {
      for (String text : List.of("", "nameserver nonsense\n")) {
        if (!text.isEmpty()) {
          Files.writeString(config, text);
        }
        Throwable thrown = catchThrowable(() -> system.texts("a.test").get(10, SECONDS));
        assertThat(thrown.getCause()).hasMessageContaining("dnsServers");
        assertThat(((Libp2pException) thrown.getCause()).reason())
            .isEqualTo(FailureReason.NAME_NOT_FOUND);
      }
    }
  }
}
