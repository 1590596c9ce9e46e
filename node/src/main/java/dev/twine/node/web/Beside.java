package dev.twine.node.web;

import dev.twine.node.peer.Pattern;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicLong;
import okhttp3.Call;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** A download at full speed that goes on until it is stopped, while something else is measured. */
final class Beside {
  /** More than any measurement lasts. */
  private static final long ENDLESS = 1L << 50;

  private static final long STOP_MILLIS = 10_000;

  private final Call call;
  private final Thread reader = new Thread(this::read, "bench-beside");
  private final AtomicLong received = new AtomicLong();
  private volatile boolean stopped;
  private volatile @Nullable Exception failure;

  private Beside(Way way) {
    String path = Blocks.path(0, ENDLESS);
    call = way.client()
        .newCall(new Request.Builder()
            .url(way.root().newBuilder().encodedPath(path).build())
            .build());
    reader.setDaemon(true);
  }

  /** Starts it. */
  static Beside start(Way way) {
    var beside = new Beside(way);
    beside.reader.start();
    return beside;
  }

  /** Bytes so far, each of them right. */
  long received() {
    Exception reason = failure;
    if (reason != null) {
      throw new IllegalStateException(reason);
    }
    return received.get();
  }

  void stop() throws InterruptedException {
    stopped = true;
    call.cancel();
    reader.join(STOP_MILLIS);
  }

  private void read() {
    try (Response response = call.execute()) {
      InputStream in = response.body().byteStream();
      byte[] block = new byte[Blocks.SIZE];
      for (int count = in.read(block); count >= 0; count = in.read(block)) {
        if (!Pattern.matches(received.get(), Unpooled.wrappedBuffer(block, 0, count))) {
          throw new IOException("another byte came than was sent");
        }
        received.addAndGet(count);
      }
      throw new IOException("the download ended");
    } catch (IOException e) {
      if (!stopped) {
        failure = e;
      }
    }
  }
}
