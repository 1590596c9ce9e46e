package dev.twine.http;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A response as it stands on the wire, read by hand so that no client library mends it. */
record Answer(int status, Map<String, String> headers, byte[] body) {
  static Answer read(InputStream in) throws IOException {
    Answer head = head(in);
    String length = head.header("content-length");
    byte[] body = length != null ? in.readNBytes(Integer.parseInt(length)) : chunks(in);
    return new Answer(head.status, head.headers, body);
  }

  static Answer head(InputStream in) throws IOException {
    int status = Integer.parseInt(line(in).substring(9, 12));
    var headers = new HashMap<String, String>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      String name = line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT);
      headers.put(name, line.substring(line.indexOf(':') + 1).trim());
    }
    return new Answer(status, headers, new byte[0]);
  }

  static String line(InputStream in) throws IOException {
    var line = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("end inside of a line: " + line);
      }
      line.write(next);
    }
    return line.toString(StandardCharsets.ISO_8859_1).trim();
  }

  @Nullable
  String header(String name) {
    return headers.get(name);
  }

  String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  private static byte[] chunks(InputStream in) throws IOException {
    var body = new ByteArrayOutputStream();
    for (int size = size(in); size > 0; size = size(in)) {
      body.write(in.readNBytes(size));
      line(in);
    }
    line(in);
    return body.toByteArray();
  }

  private static int size(InputStream in) throws IOException {
    return Integer.parseInt(line(in), 16);
  }
}
