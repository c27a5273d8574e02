package dev.orrery.scheduler.extras.notification;

import static dev.orrery.scheduler.base.lifecycle.LifecycleOrder.START_CHECKS;

import dev.orrery.protocol.startup.StartupException;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.net.URI;
import java.util.Optional;

/** Rejects an {@code orrery.public-url} that is not valid as the beginning of links. */
@ApplicationScoped
class PublicUrlCheck {
  void check(@Observes @Priority(START_CHECKS) StartupEvent event, PublicUrlConfig config) {
    var unused = base(config);
  }

  /**
   * Returns the address without a slash at its end; empty if none is set.
   *
   * @throws StartupException if the setting is not a valid base URL; the message names it
   */
  static Optional<String> base(PublicUrlConfig config) {
    return config.address().map(String::strip).map(PublicUrlCheck::checked);
  }

  private static String checked(String address) {
    if (!isBase(address)) {
      throw new StartupException(
          "orrery.public-url is '"
              + address
              + "'; set it to an http or https address without user, query and fragment, such as"
              + " https://orrery.example.org.");
    }
    return address.endsWith("/") ? address.substring(0, address.length() - 1) : address;
  }

  private static boolean isBase(String address) {
    URI uri;
    try {
      uri = URI.create(address);
    } catch (IllegalArgumentException e) {
      return false;
    }
    return ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))
        && uri.getHost() != null
        && uri.getRawUserInfo() == null
        && uri.getRawQuery() == null
        && uri.getRawFragment() == null;
  }
}
