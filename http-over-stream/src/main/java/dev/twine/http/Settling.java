package dev.twine.http;

import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.EventListener;
import org.jspecify.annotations.Nullable;

/**
 * Tells a socket whether a call is under way on it, since closing it means something else then. For one
 * call. OkHttp has written a request in full before it reads the response.
 */
final class Settling extends EventListener {
  private @Nullable StreamSocket socket;

  @Override
  public void connectionAcquired(Call call, Connection connection) {
    socket = connection.socket() instanceof StreamSocket ours ? ours : null;
  }

  @Override
  public void requestHeadersStart(Call call) {
    settled(false);
  }

  @Override
  public void responseBodyEnd(Call call, long byteCount) {
    settled(true);
  }

  private void settled(boolean settled) {
    StreamSocket current = socket;
    if (current != null) {
      current.settled(settled);
    }
  }
}
