/** Nodes that are reachable over WebSocket and over libp2p, and carry messages from one to the other. */
@org.jspecify.annotations.NullMarked
module dev.twine.hybrid {
  requires transitive dev.twine.ws;
  requires transitive dev.twine.p2p;
  requires static transitive org.jspecify;

  exports dev.twine.hybrid;
}
