package dev.twine.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.twine.http.PeerHttp;
import dev.twine.interop.PeerProcess.Posted;
import dev.twine.interop.PeerProcess.Received;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** HTTP over streams with the libraries that have it, each as server and as client. */
@Tag("interop")
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass(name = "{0}")
@MethodSource("cells")
class HttpTest {
  /** More than the window at first. */
  private static final int UPLOAD_BYTES = 3_000_000;

  private static TwinePeer twine;
  private static PeerProcess foreign;

  @Parameter
  private Cell cell;

  static List<Cell> cells() {
    return Language.chosen().stream()
        .filter(language -> language != Language.RUST)
        .flatMap(language -> Stream.of("noise", "tls")
            .flatMap(security -> Stream.of(true, false)
                .map(dials -> new Cell(language, Setting.of("tcp", security), dials))))
        .toList();
  }

  @BeforeParameterizedClassInvocation
  static void connect(Cell cell) {
    foreign = Peers.get(cell.language(), cell.setting());
    twine = TwinePeer.start(cell.setting());
    if (cell.twineDials()) {
      twine.dial(foreign.listen());
    } else {
      foreign.dial(twine.listen());
    }
    twine.connection(foreign.id());
    foreign.connection(twine.id());
  }

  @AfterParameterizedClassInvocation
  static void close() {
    twine.close();
  }

  @Test
  void theForeignPeerFindsAndDownloadsWhatTwineServes() {
    for (int i = 0; i < 3; i++) {
      Received received = foreign.get(twine.id(), "/download");

      assertThat(received.status()).isEqualTo(200);
      assertThat(received.count()).isEqualTo(TwineHttp.DOWNLOAD_BYTES);
      assertThat(received.sha256()).isEqualTo(sha256(TwineHttp.DOWNLOAD_BYTES));
    }
  }

  @Test
  void theForeignPeerUploadsToTwine() {
    Posted posted = foreign.post(twine.id(), "/upload", UPLOAD_BYTES);

    assertThat(posted.status()).isEqualTo(200);
    assertThat(posted.text()).isEqualTo(UPLOAD_BYTES + " " + sha256(UPLOAD_BYTES));
  }

  @Test
  void twineDownloadsFromTheForeignPeer() throws IOException {
    OkHttpClient client = twine.http(foreign.id());
    for (int i = 0; i < 3; i++) {
      try (Response response = client.newCall(request("/download").build()).execute()) {
        assertThat(response.code()).isEqualTo(200);
        assertThat(response.body().bytes()).isEqualTo(TwineHttp.pattern(TwineHttp.DOWNLOAD_BYTES));
      }
    }
  }

  @Test
  void twineUploadsToTheForeignPeer() throws IOException {
    assumeTrue(cell.language() == Language.GO, "js loses what of a body comes close to its head");
    RequestBody body = RequestBody.create(TwineHttp.pattern(UPLOAD_BYTES));
    var request = request("/upload").post(body).build();

    try (Response response = twine.http(foreign.id()).newCall(request).execute()) {
      assertThat(response.code()).isEqualTo(200);
      assertThat(response.body().string()).isEqualTo(UPLOAD_BYTES + " " + sha256(UPLOAD_BYTES));
    }
  }

  @Test
  void whatIsNotThereIs404() throws IOException {
    try (Response response =
        twine.http(foreign.id()).newCall(request("/none").build()).execute()) {
      assertThat(response.code()).isEqualTo(404);
    }
    if (cell.language() == Language.GO) {
      // js looks in the map of protocols, and asks for nothing that is not there.
      assertThat(foreign.get(twine.id(), "/none").status()).isEqualTo(404);
    }
  }

  @Test
  void bothTellUnderWhichPathsTheyServe() throws IOException {
    var request = new Request.Builder().url(PeerHttp.url("/.well-known/libp2p/protocols"));

    try (Response response = twine.http(foreign.id()).newCall(request.build()).execute()) {
      assertThat(response.body().string())
          .contains("\"" + TwineHttp.PROTOCOL)
          .contains("\"path\":\"" + TwineHttp.PROTOCOL);
    }
  }

  @Test
  void aCallThatTwineCancelsHarmsNoOther() throws IOException {
    OkHttpClient client = twine.http(foreign.id());
    for (int i = 0; i < 5; i++) {
      Call call = client.newCall(request("/download").build());
      try (Response response = call.execute()) {
        assertThat(response.body().source().readByteArray(1000)).isEqualTo(TwineHttp.pattern(1000));
        call.cancel();
        assertThatThrownBy(() -> response.body().bytes()).isInstanceOf(IOException.class);
      }
    }

    twineDownloadsFromTheForeignPeer();
    theForeignPeerFindsAndDownloadsWhatTwineServes();
  }

  private static Request.Builder request(String path) {
    return new Request.Builder().url(PeerHttp.url(TwineHttp.PROTOCOL + path));
  }

  private static String sha256(int bytes) {
    return HexFormat.of().formatHex(Pattern.sha256().digest(TwineHttp.pattern(bytes)));
  }
}
