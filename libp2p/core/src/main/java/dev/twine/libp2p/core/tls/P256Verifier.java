package dev.twine.libp2p.core.tls;

import java.io.ByteArrayOutputStream;
import java.security.InvalidKeyException;
import java.security.InvalidParameterException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SignatureException;
import java.security.SignatureSpi;
import org.jspecify.annotations.Nullable;

/** Checks what the holder of a {@link P256Key} has signed, for the JDK's TLS. Signs nothing. */
final class P256Verifier extends SignatureSpi {
  static final String NAME = "SHA256withECDSA";

  private final ByteArrayOutputStream message = new ByteArrayOutputStream();
  private @Nullable P256Key key;

  @Override
  protected void engineInitVerify(PublicKey publicKey) throws InvalidKeyException {
    if (!(publicKey instanceof P256Key known)) {
      throw new InvalidKeyException("only keys of peers' certificates are verified with");
    }
    key = known;
    message.reset();
  }

  @Override
  protected void engineInitSign(PrivateKey privateKey) throws InvalidKeyException {
    throw new InvalidKeyException("nothing is signed here");
  }

  @Override
  protected void engineUpdate(byte one) {
    message.write(one);
  }

  @Override
  protected void engineUpdate(byte[] bytes, int from, int length) {
    message.write(bytes, from, length);
  }

  @Override
  protected boolean engineVerify(byte[] signature) throws SignatureException {
    P256Key known = key;
    if (known == null) {
      throw new SignatureException("no key was given");
    }
    byte[] signed = message.toByteArray();
    message.reset();
    return known.verify(signed, signature);
  }

  @Override
  protected byte[] engineSign() throws SignatureException {
    throw new SignatureException("nothing is signed here");
  }

  @Override
  @Deprecated
  protected void engineSetParameter(String name, Object value) {
    throw new InvalidParameterException("ECDSA has no parameters");
  }

  @Override
  @Deprecated
  protected Object engineGetParameter(String name) {
    throw new InvalidParameterException("ECDSA has no parameters");
  }
}
