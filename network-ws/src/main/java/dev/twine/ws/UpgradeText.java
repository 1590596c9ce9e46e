package dev.twine.ws;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Map;

/** The bytes of the 101 response, written when the HTTP codec has left the pipeline. */
final class UpgradeText {
  private UpgradeText() {}

  static ByteBuf response(ByteBufAllocator allocator, String accept, Hello hello) {
    HttpHeaders headers = new DefaultHttpHeaders();
    headers.set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET);
    headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
    headers.set(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT, accept);
    hello.write(headers);
    var text = new StringBuilder("HTTP/1.1 101 Switching Protocols\r\n");
    for (Map.Entry<String, String> header : headers) {
      text.append(header.getKey()).append(": ").append(header.getValue()).append("\r\n");
    }
    return ByteBufUtil.writeAscii(allocator, text.append("\r\n"));
  }
}
