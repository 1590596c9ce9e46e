package dev.twine.libp2p.core;

/** Something that was registered with a host; closing it takes it back. Any thread, any number. */
@FunctionalInterface
public interface Registration extends AutoCloseable {
  @Override
  void close();
}
