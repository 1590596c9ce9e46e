package dev.twine.identity;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.PrivateKeyInfoFactory;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.bouncycastle.util.io.pem.PemWriter;

/** PKCS#8 in PEM: RFC 5958 in RFC 7468, unencrypted. */
final class KeyPem {
  /** RFC 8410. */
  private static final ASN1ObjectIdentifier ED25519 = new ASN1ObjectIdentifier("1.3.101.112");

  private static final String LABEL = "PRIVATE KEY";
  private static final String REMEDY =
      "give a PKCS#8 PEM block (-----BEGIN PRIVATE KEY-----) with an Ed25519, secp256k1 or P-256 key,"
          + " or make one with: twine key new";

  private KeyPem() {}

  static NodeKey parse(String pem) {
    PemObject block;
    try (var reader = new PemReader(new StringReader(pem))) {
      block = reader.readPemObject();
    } catch (IOException | RuntimeException e) {
      // The cause is dropped here and below: its text may quote key material.
      throw bad("malformed PEM");
    }
    if (block == null) {
      throw bad("no PEM block");
    }
    if (!block.getType().equals(LABEL)) {
      throw bad("PEM block of type " + printable(block.getType()));
    }
    AsymmetricKeyParameter key;
    try {
      key = PrivateKeyFactory.createKey(block.getContent());
    } catch (IOException | RuntimeException e) {
      throw bad("PEM block without a PKCS#8 key");
    }
    return accept(key);
  }

  private static NodeKey accept(AsymmetricKeyParameter key) {
    if (key instanceof Ed25519PrivateKeyParameters ed25519) {
      return NodeKey.of(ed25519);
    }
    if (key instanceof ECPrivateKeyParameters ec) {
      try {
        return NodeKey.of(ec);
      } catch (IllegalArgumentException e) {
        throw bad("key on an elliptic curve other than secp256k1 and P-256");
      }
    }
    throw bad("key of another type than Ed25519, secp256k1 and P-256");
  }

  static String write(AsymmetricKeyParameter key) {
    var text = new StringWriter();
    try (var writer = new PemWriter(text)) {
      writer.writeObject(new PemObject(LABEL, info(key).getEncoded()));
    } catch (IOException e) {
      throw new AssertionError("writing to memory does not fail", e);
    }
    return text.toString();
  }

  /** Ed25519 in version 1, without the public key: older openssl versions refuse the other form. */
  private static PrivateKeyInfo info(AsymmetricKeyParameter key) throws IOException {
    if (key instanceof Ed25519PrivateKeyParameters ed25519) {
      return new PrivateKeyInfo(
          new AlgorithmIdentifier(ED25519), new DEROctetString(ed25519.getEncoded()));
    }
    return PrivateKeyInfoFactory.createPrivateKeyInfo(key);
  }

  private static KeyException bad(String found) {
    return new KeyException("not a private key", found, REMEDY, null);
  }

  private static String printable(String label) {
    String head = label.length() > 32 ? label.substring(0, 32) + "..." : label;
    return head.replaceAll("[^ -~]", "?");
  }
}
