package dev.orrery.outbound;

import dev.orrery.protocol.network.AllowedNetworks;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Sends requests to addresses that users chose, and only to allowed networks.
 *
 * <p>It resolves the name once, checks every address, and dials exactly a checked address, so that
 * no second lookup can return a different one. Each redirect is checked in the same way. The Host
 * header, SNI and the certificate check use the name. Proxy settings of the environment are
 * ignored.
 */
public final class OutboundHttp implements AutoCloseable {
  private static final int MAX_CONNECTIONS = 500;

  private final Vertx vertx;
  private final HttpClient client;
  private final AllowedAddressResolver resolution;

  private OutboundHttp(Vertx vertx, HttpClientOptions options, AllowedAddressResolver resolution) {
    this.vertx = vertx;
    this.client = vertx.createHttpClient(options);
    this.resolution = resolution;
  }

  /**
   * @param vertx not closed by this client
   * @param connectTimeout for each address that is tried
   */
  public static OutboundHttp open(
      Vertx vertx, AllowedNetworks networks, Duration connectTimeout, LookupLimits lookups) {
    return open(
        vertx, networks, connectTimeout, lookups, NameResolver.SYSTEM, new HttpClientOptions());
  }

  /**
   * For tests with their own names and certificates.
   *
   * @param options only the trust settings are used
   */
  public static OutboundHttp open(
      Vertx vertx,
      AllowedNetworks networks,
      Duration connectTimeout,
      LookupLimits lookups,
      NameResolver resolver,
      HttpClientOptions options) {
    HttpClientOptions safe =
        new HttpClientOptions(options)
            .setConnectTimeout(Math.toIntExact(connectTimeout.toMillis()))
            // A connection that was kept may be closed by the other side just as it is used, and
            // a request that may have arrived is not ours to repeat.
            .setKeepAlive(false)
            .setMaxPoolSize(MAX_CONNECTIONS)
            .setVerifyHost(true)
            .setProxyOptions(null);
    return new OutboundHttp(
        vertx,
        safe,
        new AllowedAddressResolver(new LookupQueue(vertx, resolver, lookups), networks));
  }

  /**
   * Sends the request. Any status counts as a response; without a response the future fails with an
   * {@link OutboundException}. Canceling the future aborts the request.
   *
   * <p>Completes on a Vert.x thread, which must not block.
   */
  public CompletableFuture<OutboundResponse> send(OutboundRequest request) {
    return new OutboundExchange(vertx, client, resolution, request).start();
  }

  @Override
  public void close() {
    resolution.close();
    var unused = client.close();
  }
}
