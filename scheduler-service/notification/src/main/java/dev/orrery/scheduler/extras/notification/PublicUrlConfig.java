package dev.orrery.scheduler.extras.notification;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithParentName;
import java.util.Optional;

/** The address at which people reach the console. */
@ConfigMapping(prefix = "orrery.public-url")
public interface PublicUrlConfig {
  /**
   * Address of the scheduler for people, such as {@code https://orrery.example.org}: messages link
   * to runs below it. Without it, they have no links.
   */
  @WithParentName
  Optional<String> address();
}
