package dev.twine.node.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.twine.node.text.Json;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that listens for wss with a certificate that no system knows. */
class SecureNodesTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir
  private Path directory;

  private final List<Run> running = new ArrayList<>();
  private Path certificate;
  private String address;

  @BeforeEach
  void listen() throws Exception {
    X509Bundle bundle = new CertificateBuilder()
        .algorithm(CertificateBuilder.Algorithm.ecp256)
        .subject("CN=127.0.0.1")
        .addSanIpAddress("127.0.0.1")
        .setIsCertificateAuthority(true)
        .buildSelfSigned();
    certificate = Files.writeString(directory.resolve("cert.pem"), bundle.getCertificatePEM());
    Path key = Files.writeString(directory.resolve("key.pem"), bundle.getPrivateKeyPEM());
    Path ports = directory.resolve("ports");
    run(
        "--ws-listen",
        "127.0.0.1:0",
        "--ports-file",
        ports.toString(),
        "--tls-cert",
        certificate.toString(),
        "--tls-key",
        key.toString());
    JsonNode bound = Json.parse(Files.readAllBytes(ports));
    address = "wss://" + bound.get("nodeId").asText() + "@" + bound.get("ws").asText();
  }

  @AfterEach
  void stopAll() {
    running.forEach(Run::interrupt);
    running.forEach(run -> await().atMost(SOON).until(() -> run.code() >= 0));
  }

  @Test
  void whoTrustsItsCertificateConnects() {
    Run client = run("--peer", address, "--tls-ca", certificate.toString());

    await()
        .atMost(SOON)
        .until(() -> client.err().stream()
            .anyMatch(line -> line.startsWith("connected") && line.contains(address)));
  }

  @Test
  void whoDoesNotNamesTheStepAndTheRemedy() {
    Run client = run("--peer", address);

    await()
        .atMost(SOON)
        .until(() -> client.err().stream().anyMatch(line -> line.startsWith("cannot reach")));
    assertThat(client.err())
        .anyMatch(line -> line.contains("step tls") && line.contains("trusted certificates"))
        .noneMatch(line -> line.startsWith("connected"));
  }

  @Test
  void trustedCertificatesThatAreMissingAreAUsageError() {
    Path missing = directory.resolve("missing.pem");

    Run client = Run.of(
        "run", "--network-id", "test", "--admin", "127.0.0.1:0", "--tls-ca", missing.toString());

    assertThat(client.code()).isEqualTo(2);
    assertThat(client.lastErr()).startsWith("error: ").contains(missing.toString());
  }

  private Run run(String... more) {
    var args = new ArrayList<>(List.of("run", "--network-id", "test", "--admin", "127.0.0.1:0"));
    args.addAll(List.of(more));
    Run run = Run.start(InputStream.nullInputStream(), args.toArray(String[]::new));
    running.add(run);
    await().atMost(SOON).until(() -> run.err().contains("Node is ready") || run.code() >= 0);
    assertThat(run.err()).contains("Node is ready");
    return run;
  }
}
