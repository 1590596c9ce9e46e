package dev.twine.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The sources of a peer, by their paths. They lie beside the classes of this module. */
record PeerSources(SortedMap<String, byte[]> files) {
  private static final String FOLDER = "dev/twine/interop/peers/";
  private static final int HASH_CHARACTERS = 16;

  /** Reads those that came with this module, whether it is a directory or an archive. */
  static PeerSources of(String title) {
    try {
      Path place = Path.of(
          PeerSources.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      if (Files.isDirectory(place)) {
        return read(place.resolve(FOLDER + title));
      }
      try (FileSystem archive = FileSystems.newFileSystem(place)) {
        return read(archive.getPath(FOLDER + title));
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (URISyntaxException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static PeerSources read(Path root) throws IOException {
    SortedMap<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(root)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(root.relativize(file).toString().replace('\\', '/'), Files.readAllBytes(file));
      }
    }
    return new PeerSources(files);
  }

  /** Of all files and of what else a build depends on. */
  String hash(Collection<String> more) {
    MessageDigest digest = sha256();
    files.forEach((name, content) -> {
      add(digest, name.getBytes(StandardCharsets.UTF_8));
      add(digest, content);
    });
    more.forEach(text -> add(digest, text.getBytes(StandardCharsets.UTF_8)));
    return HexFormat.of().formatHex(digest.digest()).substring(0, HASH_CHARACTERS);
  }

  private static void add(MessageDigest digest, byte[] part) {
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).array());
    digest.update(part);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException missing) {
      throw new AssertionError(missing);
    }
  }

  /** Copies the files into that directory. */
  void writeTo(Path directory) throws IOException {
    for (var file : files.entrySet()) {
      Path target = directory.resolve(file.getKey());
      Files.createDirectories(target.getParent());
      Files.write(target, file.getValue());
    }
  }
}
