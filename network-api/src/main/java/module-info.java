/** The interface of a gossip node and the values that cross it: no Netty, no OkHttp type. */
@org.jspecify.annotations.NullMarked
module dev.twine.network {
  requires transitive dev.twine.identity;
  requires static transitive org.jspecify;

  exports dev.twine.network;
}
