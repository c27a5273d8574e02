package dev.orrery.scheduler.cluster;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Calls cluster ports: addresses of the table of replicas, without redirects, and nothing else. */
class ClusterClient {
  private static final Logger LOG = Logger.getLogger(ClusterClient.class);

  private static final int CONNECT_MILLIS = 1000;
  private static final int ANSWER_MILLIS = 2000;
  private static final int IDLE_SECONDS = 30;

  private final HttpClient client;
  private final ClusterSecret secret;

  ClusterClient(Vertx vertx, ClusterSecret secret) {
    this.secret = secret;
    this.client =
        vertx
            .httpClientBuilder()
            .with(
                new HttpClientOptions()
                    .setConnectTimeout(CONNECT_MILLIS)
                    .setIdleTimeout(IDLE_SECONDS)
                    .setIdleTimeoutUnit(TimeUnit.SECONDS)
                    .setMaxPoolSize(2)
                    .setMaxWaitQueueSize(20))
            .withConnectHandler(connection -> connection.exceptionHandler(ClusterClient::broke))
            .build();
  }

  /** A replica that was killed is told of by its reach and its row, not by an error in the log. */
  static void broke(Throwable cause) {
    LOG.debugf("A connection between replicas broke: %s", cause.getMessage());
  }

  /**
   * Gives the body of the answer.
   *
   * @return fails with a {@link CallFailedException} if it was answered otherwise than by a holder
   *     of the secret, and with whatever the network says if it was not answered
   */
  Future<String> call(ReplicaAddress address, ClusterOperation verb, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    String nonce = ClusterSecret.newNonce();
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setHost(address.host())
            .setPort(address.port())
            .setURI(verb.path())
            .setTimeout(ANSWER_MILLIS)
            .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
            .putHeader(ClusterSecret.NONCE, nonce)
            .putHeader(ClusterSecret.SIGNATURE, secret.ofQuestion(verb, nonce, bytes));
    return client
        .request(options)
        .compose(request -> request.send(Buffer.buffer(bytes)))
        .compose(ClusterClient::requireSmall)
        .compose(
            response ->
                response.body().map(answer -> requireSigned(response, verb, nonce, answer)));
  }

  private static Future<HttpClientResponse> requireSmall(HttpClientResponse response) {
    String length = response.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (response.statusCode() == 204) {
      return Future.succeededFuture(response);
    }
    if (length == null || length.length() > 5) {
      response.request().connection().close();
      return Future.failedFuture(new CallFailedException(LinkState.State.SECRET_DIFFERS));
    }
    return Future.succeededFuture(response);
  }

  private String requireSigned(
      HttpClientResponse response, ClusterOperation verb, String nonce, Buffer answer) {
    if (response.statusCode() == 503) {
      throw new CallFailedException(LinkState.State.UNREACHABLE);
    }
    String expected = secret.ofAnswer(verb, nonce, answer.getBytes());
    if (response.statusCode() / 100 != 2
        || !ClusterSecret.matches(expected, response.getHeader(ClusterSecret.SIGNATURE))) {
      throw new CallFailedException(LinkState.State.SECRET_DIFFERS);
    }
    return answer.toString(StandardCharsets.UTF_8);
  }

  void close() {
    client.close();
  }
}
