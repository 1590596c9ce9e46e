package dev.twine.libp2p;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.twine.libp2p.core.Multiaddr;
import dev.twine.libp2p.core.transport.Loops;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.net.NetworkInterface;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A host that listens on all addresses tells those of the family that was asked for. */
class WildcardTest {
  static Stream<Supplier<EventLoopGroup>> bothKindsOfLoops() {
    return Stream.of(
        () -> Loops.start(1), () -> new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory()));
  }

  @ParameterizedTest
  @MethodSource("bothKindsOfLoops")
  void theWildcardOfIpv4IsToldAsAddressesOfIpv4(Supplier<EventLoopGroup> kind) throws Exception {
    tells(kind, "/ip4/0.0.0.0/tcp/0", "/ip4/127.0.0.1/tcp/\\d+");
    tells(kind, "/ip4/0.0.0.0/tcp/0/ws", "/ip4/127.0.0.1/tcp/\\d+/ws");
  }

  @ParameterizedTest
  @MethodSource("bothKindsOfLoops")
  void theWildcardOfIpv6IsToldAsAddressesOfIpv6(Supplier<EventLoopGroup> kind) throws Exception {
    boolean hasIpv6 = NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .anyMatch(ip -> ip.getHostAddress().startsWith("0:0:0:0:0:0:0:1"));
    assumeTrue(hasIpv6, "no IPv6 on this machine");
    tells(kind, "/ip6/::/tcp/0", "/ip6/::1/tcp/\\d+");
  }

  private static void tells(Supplier<EventLoopGroup> kind, String listen, String loopback)
      throws Exception {
    EventLoopGroup loops = kind.get();
    try (Host server = Host.builder().eventLoops(loops).listen(listen).start();
        Host client = Host.builder().eventLoops(loops).start()) {
      List<String> told = server.addresses().stream().map(Multiaddr::toString).toList();
      assertThat(told).allMatch(address -> address.startsWith(listen.substring(0, 5)));
      String local =
          told.stream().filter(text -> text.matches(loopback)).findFirst().orElseThrow();
      var connection =
          client.connect(server.id(), List.of(Multiaddr.parse(local))).get(10, SECONDS);
      assertThat(connection.remoteAddress().toString()).isEqualTo(local);
    } finally {
      loops.shutdownGracefully(0, 1, SECONDS).await(10, SECONDS);
    }
  }
}
