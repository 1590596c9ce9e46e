package dev.twine.http;

import dev.twine.network.PeerRef;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import io.github.bucket4j.Bucket;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import okhttp3.Call;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.BufferedSource;
import okio.ForwardingSource;
import okio.Okio;
import okio.Source;

/** The rules of a client that is bound to one peer: where, how often and how much. */
final class PeerInterceptor implements Interceptor {
  /** How late a cancelled call that waits for the rate may notice. */
  private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final PeerRef peer;
  private final Bucket bucket;
  private final PeerHttpConfig config;

  PeerInterceptor(PeerRef peer, Bucket bucket, PeerHttpConfig config) {
    this.peer = peer;
    this.bucket = bucket;
    this.config = config;
  }

  @Override
  public Response intercept(Chain chain) throws IOException {
    BlockingCalls.refuseHere();
    Request request = chain.request();
    if (!request.url().host().equals(StreamSocketFactory.HOST) || request.url().isHttps()) {
      throw failure(
          Code.BAD_VALUE,
          "URL of another host",
          request.url().host(),
          "make URLs with PeerHttp.url");
    }
    await(chain.call());
    // Asked for by name, so that OkHttp does not ask for compression and unpack without a limit.
    Request plain = request.header("Accept-Encoding") != null
        ? request
        : request.newBuilder().header("Accept-Encoding", "identity").build();
    return limit(chain.proceed(plain));
  }

  private void await(Call call) throws IOException {
    boolean taken;
    try {
      taken = bucket.tryConsume(1) || waitForToken(call);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for the rate of " + peer);
    }
    if (!taken) {
      throw failure(
          Code.RATE_LIMITED,
          "too many requests to this peer",
          peer.toString(),
          "ask less often, or raise the rate of the client");
    }
    if (call.isCanceled()) {
      throw new IOException("Canceled");
    }
  }

  private boolean waitForToken(Call call) throws InterruptedException {
    return !config.queueTime().isZero()
        && bucket.asBlocking().tryConsume(1, config.queueTime(), nanos -> park(call, nanos));
  }

  private static void park(Call call, long nanos) throws InterruptedException {
    long end = System.nanoTime() + nanos;
    for (long left = nanos; left > 0 && !call.isCanceled(); left = end - System.nanoTime()) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      LockSupport.parkNanos(Math.min(left, SLICE_NANOS));
    }
  }

  private Response limit(Response response) throws IOException {
    long most = config.maxResponseBytes();
    if (most == 0) {
      return response;
    }
    ResponseBody body = response.body();
    if (body.contentLength() > most) {
      response.close();
      throw tooLarge();
    }
    return response.newBuilder().body(new Limited(body)).build();
  }

  private PeerHttpException tooLarge() {
    return failure(
        Code.TOO_LARGE,
        "response above the limit of the client",
        config.maxResponseBytes() + " bytes",
        "ask for less, or raise maxResponseBytes");
  }

  private static PeerHttpException failure(Code code, String what, String value, String remedy) {
    return new PeerHttpException(new TwineException(code, what, value, remedy));
  }

  /** A body that fails one byte past the limit. */
  private final class Limited extends ResponseBody {
    private final ResponseBody body;
    private final BufferedSource source;

    Limited(ResponseBody body) {
      this.body = body;
      this.source = Okio.buffer(new Counted(body.source()));
    }

    @Override
    public MediaType contentType() {
      return body.contentType();
    }

    @Override
    public long contentLength() {
      return body.contentLength();
    }

    @Override
    public BufferedSource source() {
      return source;
    }
  }

  private final class Counted extends ForwardingSource {
    private long received;

    Counted(Source source) {
      super(source);
    }

    @Override
    public long read(Buffer sink, long byteCount) throws IOException {
      long count = super.read(sink, byteCount);
      received += Math.max(0, count);
      if (received > config.maxResponseBytes()) {
        throw tooLarge();
      }
      return count;
    }
  }
}
