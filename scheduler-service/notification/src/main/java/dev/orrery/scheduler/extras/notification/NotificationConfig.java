package dev.orrery.scheduler.extras.notification;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Settings for webhooks. */
@ConfigMapping(prefix = "orrery.notifications")
public interface NotificationConfig {

  /**
   * Networks such as {@code 10.0.0.0/8}, separated by commas, that webhooks may call besides public
   * addresses. Loopback, private, link-local and metadata addresses are refused unless listed here.
   */
  Optional<List<String>> allowedNetworks();

  /** Delay before the first retry of a failed delivery; it doubles with each further retry. */
  @WithDefault("5s")
  Duration backoff();

  /** Longest delay between two tries. */
  @WithDefault("1h")
  Duration maxBackoff();

  /** Time after the event at which a delivery is given up. */
  @WithDefault("24h")
  Duration giveUpAfter();

  /**
   * Most deliveries of an app that a replica sends at once, from 1 to 16. All apps together have
   * 16, so slow receivers of one app leave room for those of others.
   */
  @WithDefault("4")
  int maxDeliveriesPerApp();

  /**
   * Time between two checks for late instances, slow ones and overdue jobs, at least a second. Each
   * check reads the jobs of every app that has a webhook for {@code late}, and those with {@code
   * alerts} that are due for a check.
   */
  @WithDefault("5s")
  Duration lateInterval();
}
