package dev.orrery.worker.client;

import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/**
 * The token by which a worker identifies itself to the scheduler, and its TLS context.
 *
 * @param token sent with each request, and asked for each
 * @param ssl for https; empty for that of the JVM
 */
public record Credentials(Supplier<String> token, Optional<SSLContext> ssl) {
  public static Credentials of(String token) {
    return new Credentials(() -> token, Optional.empty());
  }

  String authorization() {
    return "Bearer " + token.get();
  }
}
