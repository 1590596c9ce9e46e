/** Sends one message to many peers without letting a slow peer hold up the others. */
@org.jspecify.annotations.NullMarked
module dev.twine.broadcaster {
  requires transitive io.netty.buffer;
  requires io.netty.common;
  requires transitive io.netty.transport;
  requires static transitive org.jspecify;

  exports dev.twine.broadcaster;
}
