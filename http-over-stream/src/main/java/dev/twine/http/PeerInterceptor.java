package dev.twine.http;

import dev.twine.network.PeerRef;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.atomic.AtomicBoolean;
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
  private final PeerRef peer;
  private final PeerGate gate;
  private final CallCounters counters;
  private final PeerHttpConfig config;

  PeerInterceptor(PeerRef peer, PeerGate gate, CallCounters counters, PeerHttpConfig config) {
    this.peer = peer;
    this.gate = gate;
    this.counters = counters;
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
    counters.began();
    try {
      await(chain.call());
    } catch (IOException e) {
      counters.failed(e, chain.call().isCanceled());
      counters.ended();
      throw e;
    }
    var place = new Place();
    try {
      Response response = limit(chain.proceed(plain(request)), place);
      counters.count(CallCounters.Outcome.ANSWERED);
      return response;
    } catch (IOException e) {
      counters.failed(e, chain.call().isCanceled());
      place.leave();
      throw e;
    } catch (RuntimeException | Error e) {
      place.leave();
      throw e;
    }
  }

  /** Asked for by name, so that OkHttp does not ask for compression and unpack without a limit. */
  private static Request plain(Request request) {
    return request.header("Accept-Encoding") != null
        ? request
        : request.newBuilder().header("Accept-Encoding", "identity").build();
  }

  private void await(Call call) throws IOException {
    PeerGate.Outcome outcome;
    try {
      outcome = gate.enter(call, config.queueTime());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for the limits of " + peer);
    }
    if (outcome == PeerGate.Outcome.AFTER_A_WAIT) {
      counters.delayed();
    }
    if (outcome == PeerGate.Outcome.REFUSED) {
      if (call.isCanceled()) {
        throw new IOException("Canceled");
      }
      throw failure(
          Code.RATE_LIMITED,
          "too many requests to this peer",
          peer.toString(),
          "ask less often and close responses, or raise the limits of the client");
    }
  }

  private Response limit(Response response, Place place) throws IOException {
    ResponseBody body = response.body();
    if (config.maxResponseBytes() > 0 && body.contentLength() > config.maxResponseBytes()) {
      response.close();
      throw tooLarge();
    }
    if (body.contentLength() == 0) {
      place.leave();
    }
    return response.newBuilder().body(new Limited(body, place)).build();
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

  /** The place of one call among those that are open. */
  private final class Place {
    private final AtomicBoolean left = new AtomicBoolean();

    void leave() {
      if (left.compareAndSet(false, true)) {
        gate.leave();
        counters.ended();
      }
    }
  }

  /** A body that fails one byte past the limit, and gives up its place at its end. */
  private final class Limited extends ResponseBody {
    private final ResponseBody body;
    private final BufferedSource source;

    Limited(ResponseBody body, Place place) {
      this.body = body;
      this.source = Okio.buffer(new Counted(body.source(), place));
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
    private final Place place;
    private long received;

    Counted(Source source, Place place) {
      super(source);
      this.place = place;
    }

    @Override
    public long read(Buffer sink, long byteCount) throws IOException {
      long count = super.read(sink, byteCount);
      received += Math.max(0, count);
      if (config.maxResponseBytes() > 0 && received > config.maxResponseBytes()) {
        throw tooLarge();
      }
      if (count < 0) {
        place.leave();
      }
      return count;
    }

    @Override
    public void close() throws IOException {
      try {
        super.close();
      } finally {
        place.leave();
      }
    }
  }
}
