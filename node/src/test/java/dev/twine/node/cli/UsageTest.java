package dev.twine.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.Command;

class UsageTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "snd hello                          | 2 | snd                   | did you mean send?",
        "send --tagg XX hello               | 2 | --tagg                | did you mean --tag?",
        "send                               | 2 | nothing to send       | give a MESSAGE",
        "send hello --count 3 --size 1KiB   | 2 | more than one thing   | give a MESSAGE",
        "send --count 3                     | 2 | no size               | --size",
        "send --count 0 --size 1KiB         | 2 | count out of range    | at least 1",
        "send --count 3 --size 1kib         | 2 | not a size: 1kib      | 1KiB",
        "send --count 3 --size 7MiB         | 2 | 7MiB                  | 6MiB",
        "send --count 3 --size 1B --rate 0/s| 2 | not a rate: 0/s       | 50/s",
        "send --tag XXX hello               | 2 | not a tag: XXX        | two printable",
        "send --to me hello                 | 2 | me                    | twine peers",
        "send -f /no/such/file              | 2 | /no/such/file         | check",
        "listen --timeout 10                | 2 | not a duration: 10    | 10s",
        "listen --count 0                   | 2 | count out of range    | at least 1",
        "ping                               | 2 | ID                    | --help",
        "ping 0OIl                          | 2 | 0OIl                  | twine peers",
        "peers connect nowhere              | 2 | not an address: nowhere | HOST:PORT",
        "peers disconnect 0OIl              | 2 | 0OIl                  | twine peers",
        "peers -o yaml                      | 2 | yaml                  | -o json",
        "peers --admin x                    | 2 | not a host and port: x| HOST:PORT",
        "http get s1 path                   | 2 | not a path: path      | slash",
        "http                               | 2 | twine http            | serve",
        "key                                | 2 | twine key             | verify",
        "key new --out x --type rsa         | 2 | unknown key type: rsa | ed25519",
        "key show /no/such/file             | 2 | /no/such/file         | error",
        "run                                | 2 | network.id            | --network-id",
        "run --network-id x --mode p2q      | 2 | network.mode | p2q: did you mean p2p?",
        "run --network-id x --mode ws --p2p-listen /ip4/1.2.3.4/tcp/1 | 2 | /ip4/1.2.3.4/tcp/1 |"
            + " hybrid",
        "run --network-id x --mode p2p --ws-listen 1.2.3.4:1 | 2 | ws.listen | --mode hybrid",
        "run --network-id x --p2p-listen /ip4/1.2.3.4/tcp | 2 | /ip4/1.2.3.4/tcp | give tcp a"
            + " value",
        "run --network-id x --p2p-listen /ip4/1.2.3.4/udp/1 | 2 | /ip4/1.2.3.4/udp/1 | /tcp/",
        "run --network-id x --p2p-listen 1.2.3.4:1 | 2 | 1.2.3.4:1      | give a multiaddr",
        "run --network-id x --peer"
            + " /ip4/1.2.3.4/tpc/1/p2p/12D3KooWBMAjvyUNdmz2Gx8yAVZ175FPpaVfBHuVWbfpUbJ9Zzzw | 2 |"
            + " tpc | error",
        "run --network-id x --peer /ip4/1.2.3.4/tcp/1 | 2 | /ip4/1.2.3.4/tcp/1 | end it with /p2p/",
        "run --network-id x --admin 0.0.0.0:0 | 2 | 0.0.0.0:0           | --admin-token-file",
        "run --network-id x --log-level loud| 2 | loud                  | error, warn",
        "run --network-id x --data-dir= | 2 | bad value of identity.data_dir | give a path",
        "sandbox --mix ws=2,p2p=2           | 2 | ws=2,p2p=2            | add hybrid=1",
        "sandbox --mix ws=1                 | 2 | ws=1                  | give 2 to",
        "sandbox --mix ws                   | 2 | not a mix: ws         | ws=2",
        "sandbox --size 8B                  | 2 | 8B                    | 16B",
        "bench broadcast --transports p3p   | 2 | p3p                   | give ws",
        "bench broadcast --baselines xyz    | 2 | xyz                   | checkout",
        "bench broadcast --peers 0          | 2 | --peers out of range  | give 1",
        "bench                              | 2 | twine bench           | stream",
        "bench stream --scenarios uplaod    | 2 | uplaod                | did you mean upload?",
        "bench stream --scenarios open-0    | 2 | open in parallel out of range | 1 to 256",
        "bench stream --security none       | 2 | none                  | noise or tls",
        "bench stream --transport quic      | 2 | quic                  | tcp or ws",
        "bench stream --size 1B             | 2 | --size out of range   | 1KiB to",
        "bench stream --repeat 0            | 2 | --repeat out of range | give 1",
        "bench stream --duration 2h         | 2 | --duration out of range | 600s",
        "bench stream --delay 1ms           | 2 | --delay out of range  | 2ms to 2s",
        "bench stream --delay 50ms          | 2 | no relay for --delay  | leave it out",
        "bench stream --baselines golang    | 2 | golang                | tcp",
        "bench http --transports tcp        | 2 | tcp                   | p2p or ws",
        "bench http --scenarios write       | 2 | write                 | upload, download,"
            + " requests, open",
        "bench http --scenarios open-257    | 2 | open in parallel out of range | 1 to 256",
        "bench http --baselines tomcat      | 2 | tomcat                | okhttp, netty",
        "bench http --size 2TiB             | 2 | not a size            | 4MiB",
        "bench http --size 1B               | 2 | --size out of range   | 1KiB to",
        "bench latency --beside upload      | 2 | upload                | nothing or download",
        "bench latency --transports tcp     | 2 | tcp                   | p2p or ws or hybrid",
        "bench latency --size 8B            | 2 | 8B                    | 16B",
        "bench handshake --parallel 0       | 2 | --parallel out of range | give 1 to 64",
        "bench handshake --baselines tcp    | 2 | tcp                   | handshake",
        "id --admin 127.0.0.1:1             | 3 | 127.0.0.1:1           | twine run",
      })
  void aMistakeEndsWithOneLineAndNothingOnStandardOutput(
      String line, int code, String value, String remedy) {
    Run run = Run.of(line.strip().split(" "));

    assertThat(run.code()).isEqualTo(code);
    assertThat(run.lastErr()).startsWith("error: ").contains(value).contains(remedy);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void theAdminAddressComesFromTheEnvironmentToo() {
    Run run = Run.with(Map.of("TWINE_ADMIN", "127.0.0.1:2"), "id");

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.lastErr()).contains("127.0.0.1:2");
  }

  /** A command line that begins with a command knows that one only. */
  @Test
  void everyCommandIsFoundByTheNameThatItsHelpGives() {
    String help = Run.of("--help").out();

    TwineCommand.COMMANDS.forEach((name, type) -> {
      assertThat(type.getAnnotation(Command.class).name()).isEqualTo(name);
      assertThat(help).contains("\n  " + name);
      assertThat(Run.of(name, "--help").out()).contains("Usage: twine " + name);
    });
  }

  @Test
  void helpAndVersionSucceed() {
    assertThat(Run.of("--version").out()).startsWith("twine ");
    assertThat(Run.of("--help").out()).contains("sandbox").contains("130 interrupted");
    assertThat(Run.of("run", "--help").out()).contains("--ports-file");
    assertThat(Run.of("--help").code()).isZero();
  }
}
