package dev.orrery.scheduler.engine.agreement;

import static dev.orrery.scheduler.base.lifecycle.LifecycleOrder.START_CHECKS;

import dev.orrery.protocol.startup.StartupException;
import dev.orrery.protocol.text.HostText;
import dev.orrery.protocol.text.UrlText;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.net.URI;
import java.net.URISyntaxException;

/** Refuses to start with an advertised address that workers cannot reach or must not be sent. */
@ApplicationScoped
class ProtocolConfigCheck {

  void check(@Observes @Priority(START_CHECKS) StartupEvent event, ProtocolConfig config) {
    config.http().advertisedAddress().ifPresent(ProtocolConfigCheck::requireUrl);
  }

  static void requireUrl(String address) {
    if (!isUrl(address.strip())) {
      throw new StartupException(
          "orrery.protocols.http.advertised-address is '"
              + UrlText.withoutPasswords(address)
              + "'; set it to a URL without a user name or a password, such as"
              + " http://orrery-http:10010"
              + HostText.reason(address)
              + ".");
    }
  }

  private static boolean isUrl(String address) {
    try {
      URI url = new URI(address);
      String scheme = String.valueOf(url.getScheme());
      return (scheme.equalsIgnoreCase("http") || scheme.equalsIgnoreCase("https"))
          && url.getHost() != null
          && url.getRawUserInfo() == null;
    } catch (URISyntaxException e) {
      return false;
    }
  }
}
