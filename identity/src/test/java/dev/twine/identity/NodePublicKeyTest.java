package dev.twine.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The key pairs of the peer ID specification, libp2p/specs peer-ids. */
class NodePublicKeyTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final String ED25519_SEED =
      "7e0830617c4a7de83925dfb2694556b12936c477a0e1feb2e148ec9da60fee7d";
  private static final String ED25519 =
      "080112201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e";
  private static final String SECP256K1 =
      "08021221037777e994e452c21604f91de093ce415f5432f701dd8cd1a7a6fea0e630bfca99";
  private static final String SECP256K1_SECRET =
      "53dadf1d5a164d6b4acdb15e24aa4c5b1d3461bdbd42abedb0a4404d56ced8fb";
  private static final String ECDSA =
      "0803125b3059301306072a8648ce3d020106082a8648ce3d03010703420004"
          + "de3d300fa36ae0e8f5d530899d83abab44abf3161f162a4bc901d8e6ecda020e"
          + "8b6d5f8da30525e71d6851510c098e5c47c646a597fb4dcec034e9f77c409e62";
  private static final String ECDSA_SECRET =
      "3e5b1fe9712e6c314942a750bd67485de3c1efe85b1bfb520ae8f9ae3dfa4a4c";
  private static final String RSA =
      "080012a60430820222300d06092a864886f70d01010105000382020f003082020a0282020100e1beab071d08"
          + "200bde24eef00d049449b07770ff9910257b2d7d5dda242ce8f0e2f12e1af4b32d9efd2c090f66b0f29986db"
          + "b645dae9880089704a94e5066d594162ae6ee8892e6ec70701db0a6c445c04778eb3de1293aa1a23c3825b85"
          + "c6620a2bc3f82f9b0c309bc0ab3aeb1873282bebd3da03c33e76c21e9beb172fd44c9e43be32e2c99827033c"
          + "f8d0f0c606f4579326c930eb4e854395ad941256542c793902185153c474bed109d6ff5141ebf9cd256cf588"
          + "93a37f83729f97e7cb435ec679d2e33901d27bb35aa0d7e20561da08885ef0abbf8e2fb48d6a5487047a9ecb"
          + "1ad41fa7ed84f6e3e8ecd5d98b3982d2a901b4454991766da295ab78822add5612a2df83bcee814cf50973e8"
          + "0d7ef38111b1bd87da2ae92438a2c8cbcc70b31ee319939a3b9c761dbc13b5c086d6b64bf7ae7dacc1462237"
          + "5d92a8ff9af7eb962162bbddebf90acb32adb5e4e4029f1c96019949ecfbfeffd7ac1e3fbcc6b6168c34be3d"
          + "5a2e5999fcbb39bba7adbca78eab09b9bc39f7fa4b93411f4cc175e70c0a083e96bfaefb04a9580b4753c173"
          + "8a6a760ae1afd851a1a4bdad231cf56e9284d832483df215a46c1c21bdf0c6cfe951c18f1ee4078c79c13d63"
          + "edb6e14feaeffabc90ad317e4875fe648101b0864097e998f0ca3025ef9638cd2b0caecd3770ab54a1d9c6ca"
          + "959b0f5dcbc90caeefc4135baca6fd475224269bbe1b0203010001";

  @ParameterizedTest
  @CsvSource({
    "1, " + ED25519 + ", 12D3KooW, 36",
    "2, " + SECP256K1 + ", 16Uiu2H, 37",
    "3, " + ECDSA + ", Qm, 32",
    "0, " + RSA + ", Qm, 32",
  })
  void readsAndWritesTheKeysOfTheSpecification(int code, String hex, String prefix, int digest) {
    NodePublicKey key = NodePublicKey.parse(HEX.parseHex(hex));

    assertThat(key.type().code()).isEqualTo(code);
    assertThat(HEX.formatHex(key.encoded())).isEqualTo(hex);
    assertThat(key.nodeId().toString()).startsWith(prefix);
    assertThat((int) key.nodeId().multihash()[1]).isEqualTo(digest);
    assertThat(NodePublicKey.inlinedIn(key.nodeId()).isPresent()).isEqualTo(digest != 32);
  }

  @Test
  void privateKeysOfTheSpecificationGiveTheirPublicKeys() {
    NodeKey ed25519 = NodeKey.ed25519FromSeed(HEX.parseHex(ED25519_SEED));
    NodeKey secp256k1 = NodeKeyTest.ofScalar(Curve.SECP256K1, HEX.parseHex(SECP256K1_SECRET));
    NodeKey ecdsa = NodeKeyTest.ofScalar(Curve.P256, HEX.parseHex(ECDSA_SECRET));

    assertThat(HEX.formatHex(ed25519.publicKey().encoded())).isEqualTo(ED25519);
    assertThat(HEX.formatHex(secp256k1.publicKey().encoded())).isEqualTo(SECP256K1);
    assertThat(HEX.formatHex(ecdsa.publicKey().encoded())).isEqualTo(ECDSA);
  }

  @ParameterizedTest
  @CsvSource({
    "'', 4 to 600 bytes",
    "080112, 4 to 600 bytes",
    "12201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e0801, key type comes first",
    "08811012201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e, key type comes first",
    "080412201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e, unknown key type",
    "08011aa01ed1, key data come second",
    "08011221aabb, announces 33 bytes",
    "080112a0001ed1e8, minimal varint",
    "0801121f1ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce2, 32 bytes",
    "080112201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e00, announces 32",
  })
  void refusesEveryOtherEncoding(String hex, String reason) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NodePublicKey.parse(HEX.parseHex(hex)))
        .withMessageContaining(reason);
  }

  @Test
  void refusesPointsThatAreNotOnTheirCurve() {
    byte[] secp256k1 = HEX.parseHex(SECP256K1);
    byte[] ecdsa = HEX.parseHex(ECDSA);
    ecdsa[ecdsa.length - 1] ^= 1;
    Arrays.fill(secp256k1, 5, secp256k1.length, (byte) 0xff);

    assertThatIllegalArgumentException().isThrownBy(() -> NodePublicKey.parse(ecdsa));
    assertThatIllegalArgumentException().isThrownBy(() -> NodePublicKey.parse(secp256k1));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2, 3, 255})
  void refusesAnRsaKeyWithAnotherExponentThan65537(int lastByte) {
    byte[] rsa = HEX.parseHex(RSA);
    rsa[rsa.length - 1] = (byte) lastByte;

    assertThatIllegalArgumentException()
        .isThrownBy(() -> NodePublicKey.parse(rsa))
        .withMessageContaining("65537");
  }

  @ParameterizedTest
  @CsvSource({"2047, false", "2048, true", "4096, true", "4097, false"})
  void takesRsaKeysOf2048To4096Bits(int bits, boolean taken) throws IOException {
    BigInteger modulus = BigInteger.ONE.shiftLeft(bits - 1).add(BigInteger.ONE);
    byte[] pkix = new SubjectPublicKeyInfo(
            new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
            new RSAPublicKey(modulus, BigInteger.valueOf(65_537)))
        .getEncoded("DER");
    byte[] encoded = new KeyProtobuf(KeyType.RSA, pkix).encode();

    if (taken) {
      assertThat(NodePublicKey.parse(encoded).raw()).isEqualTo(pkix);
    } else {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> NodePublicKey.parse(encoded))
          .withMessageContaining("2048 to 4096 bits");
    }
  }
}
