package dev.twine.network;

/** Undoes a registration. Closing twice is harmless. */
public interface Registration extends AutoCloseable {
  @Override
  void close();
}
