package dev.twine.interop;

/** One cell of the matrix. */
record Cell(Language language, Setting setting, boolean twineDials) {
  String securityId() {
    return setting.security().equals("tls") ? "/tls/1.0.0" : "/noise";
  }

  @Override
  public String toString() {
    String arrow = twineDials ? "twine -> " + language.title() : language.title() + " -> twine";
    return arrow + ", " + setting;
  }
}
