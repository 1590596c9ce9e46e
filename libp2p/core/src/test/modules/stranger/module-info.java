/** A program of somebody else's, on the module path. */
module example {
  requires dev.twine.libp2p.core;

  exports example;
}
