/** The twine command: a node with its configuration, admin API and tools. */
@org.jspecify.annotations.NullMarked
module dev.twine.node {
  requires static org.jspecify;

  exports dev.twine.node.bench;
}
