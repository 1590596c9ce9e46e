package dev.twine.interop;

/**
 * How a peer is set up.
 *
 * @param early whether the multiplexer is offered in the security handshake
 */
record Setting(String transport, String security, boolean early, String key) {
  static Setting of(String transport, String security) {
    return new Setting(transport, security, true, "ed25519");
  }

  Setting withoutEarlyMuxer() {
    return new Setting(transport, security, false, key);
  }

  Setting withKey(String value) {
    return new Setting(transport, security, early, value);
  }

  @Override
  public String toString() {
    return transport + " " + security + (early ? "" : " late")
        + (key.equals("ed25519") ? "" : " " + key);
  }
}
