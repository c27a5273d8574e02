package dev.orrery.scheduler.edge.cluster;

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

/** Calls the cluster ports of other replicas; follows no redirects. */
class ClusterClient {
  private static final Logger LOG = Logger.getLogger(ClusterClient.class);

  private static final int CONNECT_MILLIS = 1000;
  private static final int RESPONSE_MILLIS = 2000;
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

  /** Does not log an error: the link state and the row of a killed replica show the failure. */
  static void broke(Throwable cause) {
    LOG.debugf(
        "Lost the connection to another replica; the next call reconnects: %s", cause.getMessage());
  }

  /**
   * Returns the body of the response.
   *
   * @return fails with a {@link CallFailedException} if the sender of the response does not have
   *     the secret, and with the network error if there is no response
   */
  Future<String> call(ReplicaAddress address, ClusterOperation operation, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    String nonce = ClusterSecret.newNonce();
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setHost(address.host())
            .setPort(address.port())
            .setURI(operation.path())
            .setTimeout(RESPONSE_MILLIS)
            .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
            .putHeader(ClusterSecret.NONCE, nonce)
            .putHeader(ClusterSecret.SIGNATURE, secret.ofRequest(operation, nonce, bytes));
    // Handles the response where the request is sent: a slow caller could miss its body.
    return client
        .request(options)
        .compose(
            request ->
                request
                    .send(Buffer.buffer(bytes))
                    .compose(ClusterClient::requireSmall)
                    .compose(
                        response ->
                            response
                                .body()
                                .map(answer -> requireSigned(response, operation, nonce, answer))));
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
      HttpClientResponse response, ClusterOperation operation, String nonce, Buffer answer) {
    if (response.statusCode() == 503) {
      throw new CallFailedException(LinkState.State.UNREACHABLE);
    }
    String expected = secret.ofResponse(operation, nonce, answer.getBytes());
    if (response.statusCode() / 100 != 2
        || !ClusterSecret.matches(expected, response.getHeader(ClusterSecret.SIGNATURE))) {
      throw new CallFailedException(LinkState.State.SECRET_DIFFERS);
    }
    return answer.toString(StandardCharsets.UTF_8);
  }

  void close() {
    client.close();
  }

  /** A call of a cluster port failed although there was a response. */
  static final class CallFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final LinkState.State state;

    CallFailedException(LinkState.State state) {
      super(state.name(), null, false, false);
      this.state = state;
    }

    LinkState.State state() {
      return state;
    }

    /** Returns the link state that follows from a failure. */
    static LinkState.State stateOf(Throwable failure) {
      return failure instanceof CallFailedException call ? call.state : LinkState.State.UNREACHABLE;
    }
  }
}
