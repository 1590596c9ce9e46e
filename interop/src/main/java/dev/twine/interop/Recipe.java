package dev.twine.interop;

import java.util.List;

/**
 * How a peer is built and started.
 *
 * @param title names its sources and its builds
 * @param tools what has to be on the path
 * @param build run in a copy of the sources
 * @param product what the build made, seen from there; kept as part of the build
 * @param interpreter starts the product, which starts itself if this is empty
 */
record Recipe(
    String title,
    List<String> tools,
    List<String> build,
    String product,
    List<String> interpreter) {
  /** The name of the product inside the finished build. */
  String kept() {
    return product.substring(product.lastIndexOf('/') + 1);
  }
}
