package dev.twine.network;

import java.io.IOException;
import java.io.OutputStream;

/** The answer to a {@link ServiceRequest}. Belongs to the service thread. */
public interface ServiceResponse {
  /**
   * Sets the status; 200 if never called.
   *
   * @throws IllegalStateException once {@link #body} has been asked for
   */
  ServiceResponse status(int code);

  /**
   * Adds a header.
   *
   * @throws IllegalArgumentException if name or value would break the header block
   * @throws IllegalStateException once {@link #body} has been asked for
   */
  ServiceResponse header(String name, String value);

  /**
   * Sends status and headers, then whatever is written. A write waits while the caller does not
   * read, and fails with an IOException when the caller is gone or stalls.
   */
  OutputStream body() throws IOException;

  /** Sends the whole body with its length. */
  void send(byte[] body) throws IOException;

  /** Sends text as UTF-8. */
  void send(String text) throws IOException;
}
