package dev.twine.node.web;

import java.io.IOException;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.BufferedSink;

/** What the client of the HTTP benchmark does, as an application does it: on threads that wait. */
final class Calls {
  private final Way way;
  private final LongSupplier nanoClock;
  private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
    var thread = new Thread(task, "bench-call");
    thread.setDaemon(true);
    return thread;
  });
  private final AtomicLong number = new AtomicLong();

  Calls(Way way, LongSupplier nanoClock) {
    this.way = way;
    this.nanoClock = nanoClock;
  }

  /**
   * Requests on connections that are kept, by threads side by side.
   *
   * @param bytes of each response
   * @return how many were answered rightly
   */
  long keptAlive(int parallel, int bytes, long end)
      throws InterruptedException, ExecutionException {
    return repeat(parallel, () -> get(request(bytes).build(), bytes), end);
  }

  /** The same with a connection, or a stream, for each. */
  long oneByOne(int parallel, int bytes, long end) throws InterruptedException, ExecutionException {
    return repeat(
        parallel, () -> get(request(bytes).header("Connection", "close").build(), bytes), end);
  }

  /** Nothing if there are no bytes. */
  void download(long bytes) throws IOException {
    if (bytes > 0) {
      Request request = new Request.Builder().url(url(Blocks.path(0, bytes))).build();
      try (Response response = way.client().newCall(request).execute()) {
        check(Blocks.read(body(response).byteStream(), 0), bytes);
      }
    }
  }

  /** Nothing if there are no bytes. */
  void upload(long bytes) throws IOException {
    if (bytes > 0) {
      Request request =
          new Request.Builder().url(url(Blocks.PATH)).post(new Upload(bytes)).build();
      try (Response response = way.client().newCall(request).execute()) {
        check(Long.parseLong(body(response).string()), bytes);
      }
    }
  }

  /** The position is another in each, so that an answer to another request shows. */
  private Request.Builder request(int bytes) {
    return new Request.Builder()
        .url(url(Blocks.path(number.getAndIncrement(), bytes)))
        .header("Accept-Encoding", "identity");
  }

  private void get(Request request, int bytes) throws IOException {
    try (Response response = way.client().newCall(request).execute()) {
      long position = Long.parseLong(request.url().pathSegments().get(1));
      check(Blocks.read(body(response).byteStream(), position), bytes);
    }
  }

  private okhttp3.HttpUrl url(String path) {
    return way.root().newBuilder().encodedPath(path).build();
  }

  private static ResponseBody body(Response response) throws IOException {
    if (response.code() != 200) {
      throw new IOException("answered " + response.code());
    }
    return response.body();
  }

  private static void check(long received, long wanted) throws IOException {
    if (received != wanted) {
      throw new IOException(received + " bytes came of " + wanted);
    }
  }

  private interface Once {
    void run() throws IOException;
  }

  private long repeat(int parallel, Once once, long end)
      throws InterruptedException, ExecutionException {
    var rows = new ArrayList<Callable<Long>>();
    for (int i = 0; i < parallel; i++) {
      rows.add(() -> {
        long count = 0;
        do {
          once.run();
          count++;
        } while (nanoClock.getAsLong() - end < 0);
        return count;
      });
    }
    long all = 0;
    for (Future<Long> row : threads.invokeAll(rows)) {
      all += row.get();
    }
    return all;
  }

  /** A body whose length is known before. */
  private static final class Upload extends RequestBody {
    private final long length;

    Upload(long length) {
      this.length = length;
    }

    @Override
    public MediaType contentType() {
      return MediaType.get("application/octet-stream");
    }

    @Override
    public long contentLength() {
      return length;
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
      Blocks.write(sink.outputStream(), length);
    }
  }
}
