package dev.orrery.scheduler.powerjob;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

/** Settings for PowerJob workers. */
@ConfigMapping(prefix = "orrery.powerjob")
public interface PowerJobConfig {

  /**
   * Serves PowerJob workers on the port of the protocol {@code http}, discovery on the API port,
   * too. With {@code false} neither exists.
   */
  @WithDefault("false")
  boolean enabled();

  /**
   * Networks such as {@code 10.0.0.0/8}, separated by commas, of the PowerJob workers. They send no
   * secret, so any host in these networks can join an opened app as a worker. Required if the port
   * of the protocol {@code http} is open beyond this machine; otherwise loopback.
   */
  Optional<List<String>> allowedNetworks();

  /**
   * Refuses a worker that names another address than the one from which it calls. Set it to {@code
   * false} for workers behind a relay or NAT; their addresses must be in the networks anyway.
   */
  @WithDefault("true")
  boolean requireOwnAddress();

  /**
   * Answers {@code fetchInstanceStatus} and {@code fetchInstanceInfo} of clients 4.x, which name no
   * app and send no secret. Whoever is in the networks and guesses the id of a run of an app with a
   * password reads its state, parameters and result. With {@code false} only clients of 5.x can
   * read runs.
   */
  @WithDefault("true")
  boolean answerReadsWithoutApp();

  /**
   * Time zone of the cron expressions that PowerJob clients save, such as {@code Asia/Shanghai}.
   * PowerJob uses that of its server's machine. A job keeps the zone that it has.
   */
  @WithDefault("UTC")
  ZoneId zone();
}
