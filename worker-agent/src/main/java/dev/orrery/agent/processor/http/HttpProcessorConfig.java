package dev.orrery.agent.processor.http;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Networks and time-outs of the processor {@code http}. */
@ConfigMapping(prefix = "orrery.worker.http")
public interface HttpProcessorConfig {
  String ALLOWED_NETWORKS = "orrery.worker.http.allowed-networks";

  /**
   * Networks that may be dialled besides public addresses, such as {@code 10.0.0.0/8, fd00::/8}.
   * Loopback, private, link-local (metadata) and all other addresses that are not public must be
   * listed. The check applies to the addresses that names resolve to, and to every redirect.
   */
  Optional<List<String>> allowedNetworks();

  /** Time to connect, for each address of the host. */
  @WithDefault("10s")
  Duration connectTimeout();

  /**
   * Time for a whole request, with redirects and response; a shorter {@code timeout} of the job
   * ends it sooner.
   */
  @WithDefault("1h")
  Duration timeout();
}
