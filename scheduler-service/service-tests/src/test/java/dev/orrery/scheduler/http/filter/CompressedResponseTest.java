package dev.orrery.scheduler.http.filter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestApp.TokenRole;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Uses a client that does not decompress responses. */
@QuarkusTest
class CompressedResponseTest {
  private static final String ENCODING = "Content-Encoding";
  private static final String VARY = "Vary";

  @TestHTTPResource("/")
  URI root;

  private final HttpClient client = HttpClient.newHttpClient();
  private TestApp app;

  @BeforeEach
  void createJobs() {
    app = TestApp.create();
    for (int n = 0; n < 40; n++) {
      app.withJob("a-job-with-a-name-" + n);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"no-cache", "max-age=3"})
  void compressesPageForClientAcceptingGzip(String cacheControl) throws Exception {
    HttpRequest.Builder request = get("/jobs").header("Cache-Control", cacheControl);
    HttpResponse<byte[]> plain = send(request.copy());
    HttpResponse<byte[]> compressed = send(request.copy().header("Accept-Encoding", "gzip"));

    assertThat(compressed.headers().firstValue(ENCODING)).hasValue("gzip");
    assertThat(compressed.headers().firstValueAsLong("Content-Length"))
        .hasValue(compressed.body().length);
    assertThat(compressed.body().length).isLessThan(plain.body().length / 5);
    assertThat(decompressed(compressed)).isEqualTo(plain.body());
    assertThat(plain.headers().firstValue(ENCODING)).isEmpty();
    assertThat(plain.headers().firstValue(VARY)).hasValue("Accept-Encoding");
    assertThat(compressed.headers().firstValue(VARY)).hasValue("Accept-Encoding");
    assertThat(compressed.headers().firstValue("Content-Type"))
        .isEqualTo(plain.headers().firstValue("Content-Type"));
  }

  @Test
  void omitsBodyHeadersForHead() throws Exception {
    HttpResponse<byte[]> head =
        send(
            get("/jobs").header("Accept-Encoding", "gzip").method("HEAD", BodyPublishers.noBody()));

    assertThat(head.body()).isEmpty();
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.headers().firstValue(ENCODING)).isEmpty();
    assertThat(head.headers().firstValue("Content-Length").orElse("0")).isEqualTo("0");
  }

  @Test
  void leavesSmallBodiesUncompressed() throws Exception {
    HttpResponse<byte[]> response = send(get("/jobs?limit=2").header("Accept-Encoding", "gzip"));

    assertThat(response.headers().firstValue(ENCODING)).isEmpty();
    assertThat(response.headers().firstValue(VARY)).isEmpty();
  }

  @Test
  void leavesDocumentWithEtagUncompressed() throws Exception {
    app.withJob(
        "large",
        "{\"processor\":{\"type\":\"shell\",\"script\":\"%s\"}}".formatted("y".repeat(10_000)));

    HttpResponse<byte[]> response = send(get("/jobs/large").header("Accept-Encoding", "gzip"));

    assertThat(response.headers().firstValue("ETag")).isPresent();
    assertThat(response.body().length).isGreaterThan(10_000);
    assertThat(response.headers().firstValue(ENCODING)).isEmpty();
  }

  @Test
  void leavesWriteResponseUncompressed() throws Exception {
    String jobs =
        IntStream.range(0, 300)
            .mapToObj("{\"name\":\"a-new-job-%d\",\"processor\":{\"type\":\"noop\"}}"::formatted)
            .collect(Collectors.joining(",", "{\"jobs\":[", "]}"));
    HttpResponse<byte[]> response =
        send(
            get("/jobs:apply?dryRun=true")
                .header("Content-Type", "application/json")
                .header("Accept-Encoding", "gzip")
                .POST(BodyPublishers.ofString(jobs)));

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body().length).isGreaterThan(CompressionRule.LEAST_BYTES);
    assertThat(response.headers().firstValue(ENCODING)).isEmpty();
  }

  private HttpRequest.Builder get(String path) {
    return HttpRequest.newBuilder(root.resolve(app.path(path)))
        .header("Authorization", "Bearer " + app.token(TokenRole.OPERATOR));
  }

  private HttpResponse<byte[]> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), BodyHandlers.ofByteArray());
  }

  private static byte[] decompressed(HttpResponse<byte[]> response) throws IOException {
    try (GZIPInputStream body = new GZIPInputStream(new ByteArrayInputStream(response.body()))) {
      return body.readAllBytes();
    }
  }
}
