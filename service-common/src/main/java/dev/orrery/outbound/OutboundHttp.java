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
 * <p>The name is looked up here, every address is checked, and exactly a checked address is
 * dialled: no second look-up can give another one. The same holds for each redirect. The name
 * itself is what the Host header, SNI and the check of the certificate use. No proxy of the
 * environment is used.
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
   * @param vertx stays the caller's
   * @param connectTimeout for each address that is tried
   */
  public static OutboundHttp open(
      Vertx vertx, AllowedNetworks networks, Duration connectTimeout, LookupLimits lookups) {
    return open(
        vertx, networks, connectTimeout, lookups, NameResolver.SYSTEM, new HttpClientOptions());
  }

  /**
   * For tests: with names and certificates of their own.
   *
   * @param options of which the trust is used
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
   * Sends the request. Any status is a response; whatever keeps one from coming completes the
   * future with an {@link OutboundException}. Canceling the future breaks the request off.
   *
   * <p>Completed on a thread of Vert.x, where nothing may block.
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
