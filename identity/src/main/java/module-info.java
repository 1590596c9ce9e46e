/** Keys, signatures and the node IDs that follow from them. */
@org.jspecify.annotations.NullMarked
module dev.twine.identity {
  requires org.bouncycastle.provider;
  requires static transitive org.jspecify;

  exports dev.twine.identity;
}
