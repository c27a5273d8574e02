package dev.orrery.scheduler.edge.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.testkit.Api;
import dev.orrery.scheduler.testkit.Refused;
import dev.orrery.scheduler.testkit.TestClient;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.config.DecoderConfig;
import io.restassured.config.RestAssuredConfig;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class ConsolePagesTest {
  private static final String LIT = "/console/lib/lit-html/lit-html.js";

  @ParameterizedTest
  @ValueSource(
      strings = {"/console/", "/console/index.html", "/console/apps/billing/jobs/a.b", LIT})
  void servesFilesWithoutTokenAndWithSecurityHeaders(String path) {
    Response response = browser().get(path);

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.header("Content-Security-Policy"))
        .contains("default-src 'self'", "frame-ancestors 'none'", "base-uri 'self'")
        .contains("form-action 'self'", "object-src 'none'", "require-trusted-types-for 'script'")
        .doesNotContain("unsafe", "http", "*", "data:");
    assertThat(response.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(response.header("Referrer-Policy")).isEqualTo("same-origin");
    assertThat(response.header("Cross-Origin-Resource-Policy")).isEqualTo("same-origin");
    assertThat(response.header("Cache-Control")).isEqualTo("no-cache");
    assertThat(response.header("Vary")).isEqualTo("Accept-Encoding");
    assertThat(response.header("Set-Cookie")).isNull();
  }

  @Test
  void cachesFilesReferencedByIndexForever() {
    String index = browser().get("/console/cluster").asString();
    Matcher script = Pattern.compile("src=\"(files/[^\"]+/js/main.js)\"").matcher(index);
    assertThat(script.find()).as(index).isTrue();

    Response response = browser().get("/console/" + script.group(1));

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.header("Cache-Control")).isEqualTo("public, max-age=31536000, immutable");
    assertThat(response.header("Content-Security-Policy")).isNotBlank();
  }

  @Test
  void servesLitHtmlLicenseButNotUnsafeHtmlDirective() {
    assertThat(browser().get("/console/lib/lit-html/LICENSE").asString()).contains("BSD 3-Clause");
    Refused.with(
        ErrorCode.NOT_FOUND, browser().get("/console/lib/lit-html/directives/unsafe-html.js"));
  }

  @Test
  void returnsNotModifiedForMatchingEtag() {
    String etag = browser().get(LIT).header("ETag");

    Response again = browser().header("If-None-Match", "\"other\", W/" + etag).get(LIT);

    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(again.asString()).isEmpty();
    assertThat(again.header("ETag")).isEqualTo(etag);
    assertThat(again.header("Content-Security-Policy")).isNotBlank();
    assertThat(browser().header("If-None-Match", "\"other\"").get(LIT).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gzip | true",
        "br;q=1, GZIP;q=0.5 | true",
        "gzip;q=0 | false",
        "gzip; q=0.0 | false",
        "br | false",
        "identity | false",
      })
  void compressesFileOnlyWhenClientAcceptsGzip(String accepted, boolean zipped) throws Exception {
    Response response = browser().header("Accept-Encoding", accepted).get(LIT);

    assertThat(response.header("Content-Encoding")).isEqualTo(zipped ? "gzip" : null);
    byte[] body = response.asByteArray();
    assertThat(body).hasSize(Integer.parseInt(response.header("Content-Length")));
    String plain = browser().header("Accept-Encoding", "identity").get(LIT).asString();
    if (zipped) {
      assertThat(new GZIPInputStream(response.asInputStream())).hasContent(plain);
    } else {
      assertThat(response.asString()).isEqualTo(plain);
    }
  }

  @Test
  void answersHeadWithHeadersOnly() {
    Response head = browser().head(LIT);

    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.header("Content-Length"))
        .isEqualTo(browser().get(LIT).header("Content-Length"));
    assertThat(head.asString()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/console/lib/none.js", "/console/lib/", "/console/lib/lit-html"})
  void returnsNotFoundForPathWithoutFile(String path) {
    Refused.with(ErrorCode.NOT_FOUND, browser().get(path));
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "OPTIONS"})
  void refusesMethodsExceptGetAndHead(String method) {
    Response response = browser().request(method, "/console/");

    Refused.with(ErrorCode.METHOD_NOT_ALLOWED, response);
    assertThat(response.header("Allow")).isEqualTo("GET, HEAD");
  }

  @Test
  void requiresTokenForPathsSharingConsolePrefix() {
    Refused.with(ErrorCode.UNAUTHENTICATED, browser().get("/consoles"));
    Refused.with(ErrorCode.UNAUTHENTICATED, browser().post("/console"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/console"})
  void redirectsBrowserToConsoleWithRelativeLocation(String path) {
    Response response = browser().header("Accept", "text/html,*/*;q=0.8").get(path);

    assertThat(response.statusCode()).isEqualTo(302);
    assertThat(response.header("Location")).isEqualTo("console/");
  }

  @Test
  void redirectsOnlyBrowserGetRequestsWithoutToken() {
    Refused.with(ErrorCode.UNAUTHENTICATED, browser().header("Accept", "*/*").get("/"));
    Refused.with(ErrorCode.UNAUTHENTICATED, browser().header("Accept", "text/html").post("/"));
    Refused.with(ErrorCode.NOT_FOUND, Api.asAdmin().get("/"));
  }

  @Test
  void servesNoConsoleOnWorkerApiPort() {
    Refused.with(ErrorCode.NOT_FOUND, browser().port(TestClient.port()).get("/console/"));
  }

  private static RequestSpecification browser() {
    return Api.withoutToken()
        .config(
            RestAssuredConfig.config()
                .decoderConfig(DecoderConfig.decoderConfig().noContentDecoders()))
        .redirects()
        .follow(false);
  }
}
