package dev.orrery.scheduler.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Calls on the cluster port, signed as docs/architecture.md says, without code of ours. */
public final class ClusterPort {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final int port;
  private final String secret;

  public ClusterPort(int port, String secret) {
    this.port = port;
    this.secret = secret;
  }

  public HttpResponse<String> post(String path, String body)
      throws IOException, InterruptedException {
    return send("POST", path, "0123", sign("question\n" + path + "\n0123\n" + body), body);
  }

  public HttpResponse<String> send(
      String method, String path, String nonce, String signature, String body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(Duration.ofSeconds(10))
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    if (nonce != null) {
      request.header("Orrery-Nonce", nonce);
    }
    if (signature != null) {
      request.header("Orrery-Signature", signature);
    }
    return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  /** Sends a path as it is, unsigned. */
  public RawHttp.Answer raw(String method, String path) throws IOException {
    return RawHttp.request(port, method, path, null).withLength(new byte[0]);
  }

  public boolean isSigned(HttpResponse<String> answer, String path) {
    return answer
        .headers()
        .firstValue("Orrery-Signature")
        .filter(sign("answer\n" + path + "\n0123\n" + answer.body())::equals)
        .isPresent();
  }

  public String sign(String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(UTF_8), "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(text.getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
