package dev.twine.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class NodeKeyTest {
  private static final byte[] MESSAGE = "a message".getBytes(StandardCharsets.UTF_8);

  @TempDir
  private Path directory;

  static NodeKey ofScalar(Curve curve, byte[] scalar) {
    return NodeKey.of(new ECPrivateKeyParameters(new BigInteger(1, scalar), curve.domain()));
  }

  @ParameterizedTest
  @EnumSource(value = KeyType.class, mode = EnumSource.Mode.EXCLUDE, names = "RSA")
  void signsWhatItsPublicKeyVerifiesAndNothingElse(KeyType type) {
    NodeKey key = NodeKey.generate(type);
    byte[] signature = key.sign(MESSAGE);

    assertThat(key.publicKey().verify(MESSAGE, signature)).isTrue();
    assertThat(key.sign(MESSAGE)).as("deterministic").isEqualTo(signature);
    assertThat(NodeKey.generate(type).publicKey().verify(MESSAGE, signature)).isFalse();
    for (int i = 0; i < signature.length; i++) {
      byte[] changed = signature.clone();
      changed[i] ^= 1;
      assertThat(key.publicKey().verify(MESSAGE, changed)).as("byte " + i).isFalse();
    }
    assertThat(key.publicKey().verify(MESSAGE, new byte[0])).isFalse();
  }

  @Test
  void secp256k1SignaturesHaveTheLowerS() throws IOException {
    NodeKey key = NodeKey.generate(KeyType.SECP256K1);
    BigInteger n = Curve.SECP256K1.domain().getN();
    for (int i = 0; i < 32; i++) {
      BigInteger[] rs = StandardDSAEncoding.INSTANCE.decode(n, key.sign(new byte[i]));
      assertThat(rs[1]).isLessThanOrEqualTo(n.shiftRight(1));
    }
  }

  @ParameterizedTest
  @EnumSource(value = KeyType.class, mode = EnumSource.Mode.EXCLUDE, names = "RSA")
  void pemAndFileKeepTheKey(KeyType type) throws IOException {
    NodeKey key = NodeKey.generate(type);
    Path file = directory.resolve("node.key");

    key.save(file, false);

    assertThat(NodeKey.parsePem(key.toPem()).nodeId()).isEqualTo(key.nodeId());
    assertThat(NodeKey.load(file).nodeId()).isEqualTo(key.nodeId());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    try (var files = Files.list(directory)) {
      assertThat(files).as("no temporary file is left").containsExactly(file);
    }
  }

  @Test
  void readsTheEd25519KeyOfRfc8410() {
    NodeKey key = NodeKey.parsePem("""
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
        -----END PRIVATE KEY-----
        """);

    assertThat(key.type()).isEqualTo(KeyType.ED25519);
    assertThat(key.toPem())
        .contains("MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC");
  }

  @Test
  void replacesAFileOnlyByForce() {
    Path file = directory.resolve("node.key");
    NodeKey first = NodeKey.generate(KeyType.ED25519);
    NodeKey second = NodeKey.generate(KeyType.ED25519);
    first.save(file, false);

    refused(() -> second.save(file, false), "key file exists", "--force");
    assertThat(NodeKey.load(file).nodeId()).isEqualTo(first.nodeId());
    second.save(file, true);
    assertThat(NodeKey.load(file).nodeId()).isEqualTo(second.nodeId());
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw-rw-rw-"})
  void refusesAFileThatOthersCanOpen(String permissions) throws IOException {
    Path file = directory.resolve("node.key");
    NodeKey.generate(KeyType.ED25519).save(file, false);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));

    refused(() -> NodeKey.load(file), "open to other users", "chmod 600 " + file);
  }

  @Test
  void saysWhatIsWrongWithAFile() throws IOException {
    Path file = directory.resolve("node.key");
    refused(() -> NodeKey.load(file), "does not exist", "twine key new");
    refused(() -> NodeKey.load(directory), "not a regular file", "name a file");

    Path real = directory.resolve("real.key");
    NodeKey.generate(KeyType.ED25519).save(real, false);
    refused(() -> NodeKey.load(Files.createSymbolicLink(file, real)), "symbolic link", "leads to");
    refused(
        () -> NodeKey.generate(KeyType.ED25519).save(directory.resolve("no/key"), false),
        "cannot be written",
        "directory");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hello",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\n!!!\n-----END PRIVATE KEY-----\n"
      })
  void refusesAFileThatIsNoKey(String text) throws IOException {
    Path file = privateFile(text.getBytes(StandardCharsets.US_ASCII));

    refused(() -> NodeKey.load(file), "key file holds no usable key", "PKCS#8");
  }

  @Test
  void refusesAFileAboveTheLimit() throws IOException {
    Path file = privateFile(new byte[KeyFile.MAX_BYTES + 1]);

    refused(() -> NodeKey.load(file), "larger than 64 KiB", "PEM");
  }

  @Test
  void neverShowsTheKey() {
    NodeKey key = NodeKey.generate(KeyType.ED25519);
    String secret = key.toPem().lines().skip(1).findFirst().orElseThrow();

    assertThat(key.toString()).contains(key.nodeId().toString()).doesNotContain(secret);
    refused(() -> NodeKey.generate(KeyType.RSA), "cannot make", "ed25519");
  }

  private Path privateFile(byte[] content) throws IOException {
    Path file = Files.write(directory.resolve("some.key"), content);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  private static void refused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String what, String remedy) {
    assertThatExceptionOfType(KeyException.class)
        .isThrownBy(call)
        .withMessageContaining(what)
        .withMessageContaining(remedy);
  }
}
